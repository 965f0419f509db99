"use strict";
// The roads driven, each vehicle's line beside the others' where they share a road.
function Network(data, map) {
  var GAP = 4.5, decoded = [], facing = {}, shown = [];
  function pointsOf(number) {
    var index = Math.abs(number) - 1;
    if (!decoded[index]) { decoded[index] = Lines.decode(data.lines[index]); }
    return number < 0 ? decoded[index].slice().reverse() : decoded[index];
  }
  // A road has one side for all: the side it was first driven on in the month.
  data.trips.forEach(function (trip) {
    trip.days.forEach(function (day) {
      day.legs.forEach(function (leg) {
        leg.w.forEach(function (number) { facing[Math.abs(number)] = facing[Math.abs(number)] || (number < 0 ? -1 : 1); });
      });
    });
  });
  // The pieces of a leg: line number, points in the direction driven.
  function piecesOf(leg) {
    return leg.w.map(function (number, index) {
      var from = index === 0 && leg.a || 0, to = index === leg.w.length - 1 && leg.b !== undefined ? leg.b : 1;
      return { number: number, key: Math.abs(number) + "/" + (from || to < 1 ? [number, from, to] : ""), points: cut(pointsOf(number), from, to) };
    });
  }
  function measure(points) {
    var lengths = [0], shrink = Math.cos(points[0][0] * Math.PI / 180);
    for (var i = 1; i < points.length; i++) {
      var x = (points[i][1] - points[i - 1][1]) * shrink, y = points[i][0] - points[i - 1][0];
      lengths.push(lengths[i - 1] + Math.sqrt(x * x + y * y));
    }
    return lengths;
  }
  function pointAt(points, lengths, length) {
    for (var i = 1; i < points.length - 1 && lengths[i] < length; i++) { /* find the piece */ }
    var share = (length - lengths[i - 1]) / (lengths[i] - lengths[i - 1] || 1);
    share = Math.max(0, Math.min(1, share));
    return [0, 1].map(function (axis) { return points[i - 1][axis] + share * (points[i][axis] - points[i - 1][axis]); });
  }
  function cut(points, from, to) {
    if (from <= 0 && to >= 1) { return points; }
    var lengths = measure(points), whole = lengths[lengths.length - 1];
    var inside = points.filter(function (point, i) { return lengths[i] > from * whole && lengths[i] < to * whole; });
    return [pointAt(points, lengths, from * whole)].concat(inside, [pointAt(points, lengths, to * whole)]);
  }
  // Where a vehicle is after a share of a leg.
  function along(leg, share) {
    var points = [];
    piecesOf(leg).forEach(function (piece) { points = points.concat(piece.points); });
    if (points.length < 2) { return Lines.at(leg.to); }
    var lengths = measure(points);
    return pointAt(points, lengths, share * lengths[lengths.length - 1]);
  }
  // `parts` are the days of trips to draw: { trip, vehicle, day }.
  function draw(parts) {
    shown.forEach(function (layer) { layer.remove(); });
    shown = [];
    var users = {};
    parts.forEach(function (part) {
      part.day.legs.forEach(function (leg) {
        leg.w.forEach(function (number) { (users[Math.abs(number)] = users[Math.abs(number)] || {})[part.vehicle] = true; });
      });
    });
    function offsetOf(number, vehicle) {
      var all = Object.keys(users[Math.abs(number)]).map(Number).sort(function (a, b) { return a - b; });
      var side = number < 0 ? -1 : 1;
      return GAP * (all.indexOf(vehicle) - (all.length - 1) / 2) * side * facing[Math.abs(number)];
    }
    var byVehicle = {};
    parts.forEach(function (part) {
      // What is done lies below, in its own colour.
      var key = (part.trip.c ? "done " : "to come ") + part.vehicle;
      var own = byVehicle[key] = byVehicle[key] || { colour: part.trip.c || data.colours[part.vehicle], lines: [], offsets: [], seen: {}, parts: [] };
      own.parts.push(part);
      part.day.legs.forEach(function (leg) {
        piecesOf(leg).forEach(function (piece) {
          if (own.seen[piece.key]) { return; }
          own.seen[piece.key] = true;
          var offset = offsetOf(piece.number, part.vehicle), last = own.lines.length - 1, end = last >= 0 && own.lines[last][own.lines[last].length - 1];
          if (end && own.offsets[last] === offset && end[0] === piece.points[0][0] && end[1] === piece.points[0][1]) {
            own.lines[last] = own.lines[last].concat(piece.points.slice(1));
          } else {
            own.lines.push(piece.points);
            own.offsets.push(offset);
          }
        });
      });
    });
    var vehicles = Object.keys(byVehicle).sort();
    [{ color: "#fff", weight: 6, opacity: 0.9, interactive: false }, { weight: 3.8, className: "route" }].forEach(function (style) {
      vehicles.forEach(function (vehicle) {
        var own = byVehicle[vehicle];
        if (!own.lines.length) { return; }
        var line = new Lines.Beside(own.lines, Object.assign({ pane: "routes", offsets: own.offsets, color: own.colour }, style));
        if (style.className) { line.on("click", function (event) { tell(event.latlng, own.parts); }); }
        shown.push(line.addTo(map));
      });
    });
    return vehicles.length;
  }
  // Says which trips drive where the map was touched.
  function tell(place, parts) {
    var at = map.latLngToLayerPoint(place), near = [], told = {};
    parts.forEach(function (part) {
      if (told[part.trip.n]) { return; }
      told[part.trip.n] = part.day.legs.some(function (leg) {
        return piecesOf(leg).some(function (piece) {
          var line = piece.points.map(function (point) { return map.latLngToLayerPoint(point); });
          return line.some(function (point, i) { return i > 0 && L.LineUtil.pointToSegmentDistance(at, line[i - 1], point) < 12; });
        });
      });
      if (told[part.trip.n]) { near.push(part.trip.p); }
    });
    if (near.length) { map.openPopup(near.join("<hr>"), place); }
  }
  return { draw: draw, along: along };
}
