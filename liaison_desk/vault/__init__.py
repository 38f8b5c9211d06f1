"""The encrypted folder: header and key slots, keys, the SQLCipher file, sealed blobs, rotation, backup."""
