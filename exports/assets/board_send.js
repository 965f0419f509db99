"use strict";
// The table that `luanchuyen edit` reads: a row for each visit, those that no trip serves last.
function Sending(data) {
  function rows(arrangement) {
    const served = new Set(), lines = [];
    arrangement.trips.forEach((trip) => {
      let sequence = 0;
      trip.days.forEach((visits, k) => visits.forEach((visit) => {
        served.add(visit);
        sequence += 1;
        lines.push({
          trip_id: trip.id, vehicle_id: data.vehicles[trip.vehicle].id, crew_id: data.crews[trip.crew].id,
          date: data.days[trip.first + k].d, sequence, visit
        });
      }));
    });
    data.visits.forEach((visit, number) => { if (!served.has(number)) { lines.push({ visit: number }); } });
    return lines.map((line) => ({
      ...line, visit_id: data.visits[line.visit].id, site_name: data.visits[line.visit].name, locked: arrangement.locked.includes(line.visit) ? "yes" : "no"
    }));
  }
  return (arrangement) => {
    const lines = [data.columns, ...rows(arrangement).map((row) => data.columns.map((column) => row[column]))];
    const text = lines.map((cells) => `${cells.map(Sheets.cell).join(",")}\r\n`).join("");
    return new File(["\ufeff", text], data.file, { type: "text/csv" });
  };
}
