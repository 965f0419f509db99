"""Plans and what-ifs of a month side by side: a page for people, a table of all plans."""
