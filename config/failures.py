"""What is wrong with the settings, in words an operator can act on."""


class SettingsError(Exception):
    """Settings that can't be used; the message says which, why and what to do."""
