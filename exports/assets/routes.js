"use strict";
// The month on one map: what is switched on is drawn.
(function () {
  var data = Lines.read();
  var map = L.map("map", { zoomSnap: 0.25, attributionControl: false, maxZoom: 16 });
  if (data.bounds) { map.fitBounds(Lines.bounds(data.bounds), { padding: [8, 8], animate: false }); } else { map.setView([0, 0], 2); }
  L.control.scale({ imperial: false }).addTo(map);
  ["ground", "communes", "roads", "sites", "routes", "closures", "names"].forEach(function (name, index) {
    map.createPane(name).style.zIndex = 400 + index * 10;
  });
  var layers = {};
  ["communes", "roads", "closures", "sites", "stops", "unserved"].forEach(function (name) {
    layers[name] = L.layerGroup().addTo(map);
  });
  var SERVICE = { both: "#2e8b57", session: "#6fa8dc", exchange: "#a8d39b", stands: "#f2e6b1", none: "#f7f7f3" };
  var DEMAND = ["#ffffff", "#f4eed6", "#e2d7a4", "#c8b96c", "#a4954a", "#776a2e"];
  var shapes = [], names = [], places = [];
  Ground.draw(data, map, layers.communes);
  data.communes.forEach(function (commune) {
    var shape = L.polygon(commune.r.map(function (ring) { return [Lines.decode(ring)]; }), {
      pane: "communes", color: "#7d8f85", weight: 1, fillColor: SERVICE[commune.s], fillOpacity: data.hills ? 0.45 : 0.6
    }).bindPopup(commune.p).addTo(layers.communes);
    shapes.push({ shape: shape, commune: commune });
    places.push({ t: commune.name, at: commune.at, layer: shape });
    names.push({ marker: L.marker(Lines.at(commune.at), {
      pane: "names", interactive: false, keyboard: false, icon: Lines.label("commune-name", commune.name)
    }).addTo(layers.communes), width: Labels.width(commune.name, 6.5), height: 15 });
  });
  names = Lines.drawRoads(data.roads, layers.roads, "roads").concat(names);
  var important = [];
  data.closures.forEach(function (closure) {
    var lines = Lines.follow(data.lines, closure.l);
    if (!lines.length) { return; }
    L.polyline(lines, { pane: "closures", color: "#fff", weight: 9, opacity: 0.8, interactive: false }).addTo(layers.closures);
    L.polyline(lines, { pane: "closures", color: "#c62828", weight: 6, dashArray: "10 7", lineCap: "butt" })
      .bindPopup(closure.p).addTo(layers.closures);
    var middle = lines[Math.floor(lines.length / 2)];
    var sign = L.marker(middle[Math.floor(middle.length / 2)], { icon: Lines.pin("✕", "#c62828", "closed"), alt: "✕", zIndexOffset: 900 })
      .bindPopup(closure.p).addTo(layers.closures);
    important.push({ marker: sign, width: 20, height: 20 });
  });
  var dots = {
    depot: ["#1c2321", "#1c2321", 7], library: ["#1b5e20", "#a5d6a7", 5], school: ["#6a4c00", "#ffe082", 5],
    point: ["#455a64", "#cfd8dc", 5], lodging: ["#4527a0", "#d1c4e9", 5]
  };
  data.sites.forEach(function (site) {
    var look = dots[site.g];
    var dot = L.circleMarker(Lines.at(site.at), {
      pane: "sites", color: look[0], fillColor: look[1], fillOpacity: 1, weight: 1.5, radius: look[2]
    }).bindPopup(site.p).addTo(layers.sites);
    places.push({ t: site.t, at: site.at, layer: dot });
  });
  var missed = data.unserved.map(function (visit) {
    var marker = L.marker(Lines.at(visit.at), { icon: Lines.pin("!", "#fff", "missed"), title: visit.t, alt: visit.t, zIndexOffset: 1500 })
      .bindPopup(visit.p).addTo(layers.unserved);
    important.push({ marker: marker, width: 20, height: 20 });
    return marker;
  });
  // One part for each day of each trip, with its numbered stops.
  var parts = [];
  data.trips.forEach(function (trip) {
    trip.days.forEach(function (day) {
      var stops = L.layerGroup(), pins = day.stops.map(function (stop) {
        var marker = L.marker(Lines.at(stop.at), {
          icon: Lines.pin(stop.n, trip.c || data.colours[trip.v], "stop"), title: stop.n + ". " + stop.t, alt: stop.n + ". " + stop.t, riseOnHover: true
        }).bindPopup(stop.p).addTo(stops);
        return { marker: marker, width: 22, height: 22 };
      });
      parts.push({ trip: trip, vehicle: trip.v, day: day, stops: stops, pins: pins });
    });
  });
  var network = new Network(data, map), visible = [];
  var tidy = Labels.whenStill(map, function () {
    var pins = important.slice();
    visible.forEach(function (part) { pins = pins.concat(part.pins); });
    Labels.thin(map, pins.concat(names));
  });

  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var isPressed = function (element) { return element.getAttribute("aria-pressed") === "true"; };
  var press = function (element, state) { element.setAttribute("aria-pressed", state ? "true" : "false"); };
  var days = all("[data-day]"), vehicles = all("[data-vehicle]"), trips = all("[data-trip]"), moment = null;
  function show() {
    var openDays = {}, openVehicles = {}, focus = null;
    days.forEach(function (button) { openDays[button.dataset.day] = isPressed(button); });
    vehicles.forEach(function (box) { openVehicles[box.dataset.vehicle] = box.checked; });
    trips.forEach(function (button) { if (isPressed(button)) { focus = Number(button.dataset.trip); } });
    parts.forEach(function (part) { layers.stops.removeLayer(part.stops); });
    visible = parts.filter(function (part) {
      if (moment !== null) { return part.day.d === moment; }
      return focus === null ? openDays[part.day.d] !== false && openVehicles[part.vehicle] : part.trip.n === focus;
    });
    visible.forEach(function (part) { layers.stops.addLayer(part.stops); });
    network.draw(visible);
    tidy();
    return focus;
  }
  var time = new TimeSlider(data, map, network, function (day) {
    if (moment === day && day !== null) { return; }
    moment = day;
    show();
  });
  function unfocus() {
    trips.forEach(function (button) { press(button, false); });
    time.clear();
  }
  days.forEach(function (button) {
    button.addEventListener("click", function () {
      unfocus();
      press(button, !isPressed(button));
      show();
    });
  });
  all("[data-week]").forEach(function (button) {
    button.addEventListener("click", function () {
      var week = button.dataset.week.split(" ");
      unfocus();
      days.forEach(function (day) { press(day, week.indexOf(day.dataset.day) >= 0); });
      show();
    });
  });
  document.getElementById("all-days").addEventListener("click", function () {
    unfocus();
    days.forEach(function (day) { press(day, true); });
    show();
  });
  vehicles.forEach(function (box) {
    box.addEventListener("change", function () {
      unfocus();
      show();
    });
  });
  function look(bounds) {
    map.fitBounds(bounds.isValid() ? bounds : Lines.bounds(data.bounds), { padding: [30, 30] });
    if (window.matchMedia("(max-width:760px)").matches) { document.getElementById("map").scrollIntoView({ block: "start" }); }
  }
  trips.forEach(function (button) {
    button.addEventListener("click", function () {
      var state = !isPressed(button), bounds = L.latLngBounds([]);
      unfocus();
      press(button, state);
      var focus = show();
      visible.forEach(function (part) {
        if (part.trip.n !== focus) { return; }
        part.day.legs.forEach(function (leg) { leg.w.forEach(function (number) { bounds.extend(Lines.follow(data.lines, [number])[0]); }); });
      });
      look(bounds);
    });
  });
  function open(at, layer) {
    map.setView(Lines.at(at), Math.max(map.getZoom(), 11), { animate: false });
    if (window.matchMedia("(max-width:760px)").matches) { document.getElementById("map").scrollIntoView({ block: "start" }); }
    if (map.hasLayer(layer)) { layer.openPopup(Lines.at(at)); }
  }
  all("[data-unserved]").forEach(function (button) {
    button.addEventListener("click", function () {
      var number = Number(button.dataset.unserved);
      open(data.unserved[number].at, missed[number]);
    });
  });
  all("[data-layer]").forEach(function (box) {
    box.addEventListener("change", function () {
      var layer = layers[box.dataset.layer];
      if (box.checked) { map.addLayer(layer); } else { map.removeLayer(layer); }
      tidy();
    });
  });
  all("[data-tint]").forEach(function (button) {
    button.addEventListener("click", function () {
      var tint = button.dataset.tint;
      all("[data-tint]").forEach(function (other) { press(other, other === button); });
      all("[data-legend]").forEach(function (legend) { legend.hidden = legend.dataset.legend !== tint; });
      shapes.forEach(function (entry) {
        entry.shape.setStyle({ fillColor: tint === "demand" ? DEMAND[entry.commune.u] : SERVICE[entry.commune.s] });
      });
    });
  });
  new Search(places, function (place) { open(place.at, place.layer); }, data.words);
  time.show();
  document.documentElement.dataset.ready = "yes";
})();
