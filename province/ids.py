"""Names of things: one type per kind of id, so that they cannot be mixed up."""

from typing import NewType

CommuneCode = NewType("CommuneCode", str)
SiteId = NewType("SiteId", str)
CategoryId = NewType("CategoryId", str)
BatchId = NewType("BatchId", str)
TitleId = NewType("TitleId", str)
VehicleId = NewType("VehicleId", str)
CrewId = NewType("CrewId", str)
SegmentId = NewType("SegmentId", str)
ClosureId = NewType("ClosureId", str)
KitId = NewType("KitId", str)
VisitId = NewType("VisitId", str)
TripId = NewType("TripId", str)
EntryId = NewType("EntryId", str)
CourseId = NewType("CourseId", str)
FundId = NewType("FundId", str)
StaffId = NewType("StaffId", str)
InvitationId = NewType("InvitationId", str)
