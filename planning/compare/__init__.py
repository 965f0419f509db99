"""Plans and what-ifs of a month side by side: what differs, and what of it may be chance."""
