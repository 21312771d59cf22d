"""The one door outwards: message bodies and their delivery."""
