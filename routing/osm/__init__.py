"""Roads from OpenStreetMap extracts and elevation tiles."""

from routing.osm.importer import ATTRIBUTION, import_roads
from routing.osm.places import OsmPlace, read_places
from routing.osm.report import ImportReport

__all__ = ["ATTRIBUTION", "ImportReport", "OsmPlace", "import_roads", "read_places"]
