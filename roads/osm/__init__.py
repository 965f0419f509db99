"""Roads from OpenStreetMap extracts and elevation tiles."""

from roads.osm.import_report import ImportReport
from roads.osm.importer import ATTRIBUTION, import_roads
from roads.osm.towns import OsmPlace, read_places

__all__ = ["ATTRIBUTION", "ImportReport", "OsmPlace", "import_roads", "read_places"]
