"""Files for programs that draw maps or guide drivers: GeoPackage, KML, GPX."""
