"""Invented certificates and scenes drawn with their truth, worsened in measured steps, and how well the picture reader does on them."""
