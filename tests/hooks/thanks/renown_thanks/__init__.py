"""What tests put beside Renown as pip would: small, with something of all that is switched, upgraded and purged."""
