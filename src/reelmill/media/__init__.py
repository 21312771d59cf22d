"""How media are described, encoded, cut and packaged. Pure, except the modules that run tools."""
