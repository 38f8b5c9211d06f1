"""Words for E4xxx and E5xxx: the keyring of the operating system, the program, policy, settings."""

from collections.abc import Mapping

from liaison_desk.advice.entry import ASK_IT, NOTHING_CHANGED, NOTHING_OPENED, Advice
from liaison_desk.domain.errors import (
    InstallationError,
    KeychainEntryLost,
    KeychainError,
    KeychainSilent,
    KeychainUnavailable,
    KeychainUnfaithful,
    LiaisonError,
    PassphraseNotGiven,
    PolicyBroken,
    SettingsBroken,
)
from liaison_desk.domain.fields import QT_TRANSLATE_NOOP

KEYCHAIN_ADVICE: Mapping[type[LiaisonError], Advice] = {
    KeychainError: Advice(
        QT_TRANSLATE_NOOP("Advice", "The keyring of this computer did not serve."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "The recovery code opens the vault without the keyring."),
    ),
    KeychainUnavailable: Advice(
        QT_TRANSLATE_NOOP("Advice", "The keyring of this computer cannot be used: {reason}."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Unlock the keyring and try again, or use the recovery code."),
    ),
    KeychainSilent: Advice(
        QT_TRANSLATE_NOOP("Advice", "The keyring of this computer did not answer within {seconds} seconds."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP(
            "Advice", "Look for its window behind others and answer it, or use the recovery code."
        ),
    ),
    KeychainEntryLost: Advice(
        QT_TRANSLATE_NOOP("Advice", "The keyring {backend} no longer holds the secret of this vault."),
        NOTHING_OPENED,
        QT_TRANSLATE_NOOP("Advice", "Open the vault with the recovery code, then set the keyring up again."),
    ),
    KeychainUnfaithful: Advice(
        QT_TRANSLATE_NOOP("Advice", "The keyring {backend} did not keep what it was given."),
        QT_TRANSLATE_NOOP("Advice", "The vault opens as it did before."),
        QT_TRANSLATE_NOOP("Advice", "Go on with the passphrase alone, and give the code to IT."),
    ),
}

INSTALLATION_ADVICE: Mapping[type[LiaisonError], Advice] = {
    InstallationError: Advice(
        QT_TRANSLATE_NOOP("Advice", "The program or its settings cannot be used as they are."),
        NOTHING_CHANGED,
        ASK_IT,
    ),
    PolicyBroken: Advice(
        QT_TRANSLATE_NOOP("Advice", "The policy file {path} cannot be used (line {line}): {reason}."),
        QT_TRANSLATE_NOOP("Advice", "The strictest settings hold until it is put right."),
        QT_TRANSLATE_NOOP("Advice", "Ask IT to correct the file."),
    ),
    SettingsBroken: Advice(
        QT_TRANSLATE_NOOP("Advice", "The settings file {path} cannot be used: {reason}."),
        QT_TRANSLATE_NOOP("Advice", "The usual settings hold; the vault is not affected."),
        QT_TRANSLATE_NOOP("Advice", "Correct the file, or remove it to begin anew."),
    ),
    PassphraseNotGiven: Advice(
        QT_TRANSLATE_NOOP("Advice", "A passphrase is needed, and there is no terminal to ask for it."),
        NOTHING_CHANGED,
        QT_TRANSLATE_NOOP("Advice", "Hand it in on standard input with --passphrase-stdin."),
    ),
}
