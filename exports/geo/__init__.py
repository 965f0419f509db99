"""Files for navigation devices and QGIS: GPX, KML, GeoPackage."""
