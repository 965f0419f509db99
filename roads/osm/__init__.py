"""Roads from OpenStreetMap extracts and elevation tiles."""

from roads.osm.importer import ATTRIBUTION, import_roads
from roads.osm.places import OsmPlace, read_places
from roads.osm.report import ImportReport

__all__ = ["ATTRIBUTION", "ImportReport", "OsmPlace", "import_roads", "read_places"]
