"use strict";
(function () {
  var data = Lines.read();
  var map = L.map("map", { zoomSnap: 0.25, attributionControl: false, maxZoom: 16 });
  L.control.scale({ imperial: false }).addTo(map);
  ["communes", "roads", "sites", "routes", "closures", "names"].forEach(function (name, index) {
    map.createPane(name).style.zIndex = 400 + index * 10;
  });
  var layers = {};
  ["communes", "roads", "closures", "sites", "stops", "unserved"].forEach(function (name) {
    layers[name] = L.layerGroup().addTo(map);
  });
  var tints = { both: "#2e8b57", session: "#6fa8dc", exchange: "#a8d39b", stands: "#f2e6b1", none: "#f7f7f3" };
  data.communes.forEach(function (commune) {
    L.polygon(commune.r.map(function (ring) { return [Lines.decode(ring)]; }), {
      pane: "communes", color: "#8fa197", weight: 1, fillColor: tints[commune.s], fillOpacity: 0.55
    }).bindPopup(commune.p).addTo(layers.communes);
    L.marker(Lines.at(commune.at), {
      pane: "communes", interactive: false, keyboard: false, icon: Lines.label("commune-name", commune.name)
    }).addTo(layers.communes);
  });
  Lines.drawRoads(data.roads, layers.roads, "roads");
  data.closures.forEach(function (closure) {
    var lines = Lines.follow(data.lines, closure.l);
    if (!lines.length) { return; }
    L.polyline(lines, { pane: "closures", color: "#fff", weight: 9, opacity: 0.8, interactive: false }).addTo(layers.closures);
    L.polyline(lines, { pane: "closures", color: "#c62828", weight: 6, dashArray: "10 7", lineCap: "butt" })
      .bindPopup(closure.p).addTo(layers.closures);
    var middle = lines[Math.floor(lines.length / 2)];
    L.marker(middle[Math.floor(middle.length / 2)], { icon: Lines.pin("✕", "#c62828", "closed"), alt: "✕" })
      .bindPopup(closure.p).addTo(layers.closures);
  });
  var dots = {
    depot: ["#1c2321", "#1c2321", 7], library: ["#1b5e20", "#a5d6a7", 5], school: ["#6a4c00", "#ffe082", 5],
    point: ["#455a64", "#cfd8dc", 5], lodging: ["#4527a0", "#d1c4e9", 5]
  };
  data.sites.forEach(function (site) {
    var look = dots[site.g];
    L.circleMarker(Lines.at(site.at), {
      pane: "sites", color: look[0], fillColor: look[1], fillOpacity: 1, weight: 1.5, radius: look[2]
    }).bindPopup(site.p).addTo(layers.sites);
  });
  var missed = {};
  data.unserved.forEach(function (visit) {
    missed[visit.id] = L.marker(Lines.at(visit.at), { icon: Lines.pin("!", "#fff", "missed"), title: visit.t, zIndexOffset: 500 })
      .bindPopup(visit.p).addTo(layers.unserved);
  });
  // One group of lines and one of numbered stops for each day of each trip.
  var parts = [];
  data.trips.forEach(function (trip) {
    trip.days.forEach(function (day) {
      var route = L.featureGroup(), stops = L.featureGroup();
      day.w.forEach(function (way) {
        var lines = Lines.follow(data.lines, way);
        L.polyline(lines, { pane: "routes", color: "#fff", weight: 6, opacity: 0.85, interactive: false }).addTo(route);
      });
      day.w.forEach(function (way) {
        L.polyline(Lines.follow(data.lines, way), { pane: "routes", color: trip.c, weight: 3.5, className: "route" })
          .bindPopup(trip.p).addTo(route);
      });
      day.stops.forEach(function (stop) {
        L.marker(Lines.at(stop.at), { icon: Lines.pin(stop.n, trip.c, "stop"), title: stop.n + ". " + stop.t, riseOnHover: true })
          .bindPopup(stop.p).addTo(stops);
      });
      parts.push({ trip: trip.id, vehicle: trip.v, day: day.d, route: route, stops: stops });
    });
  });
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var isPressed = function (element) { return element.getAttribute("aria-pressed") === "true"; };
  var press = function (element, state) { element.setAttribute("aria-pressed", state ? "true" : "false"); };
  var days = all("[data-day]"), vehicles = all("[data-vehicle]"), trips = all("[data-trip]");
  function show() {
    var openDays = {}, openVehicles = {}, focus = null;
    days.forEach(function (button) { openDays[button.dataset.day] = isPressed(button); });
    vehicles.forEach(function (box) { openVehicles[box.dataset.vehicle] = box.checked; });
    trips.forEach(function (button) { if (isPressed(button)) { focus = button.dataset.trip; } });
    parts.forEach(function (part) {
      var on = focus === null ? openDays[part.day] !== false && openVehicles[part.vehicle] : part.trip === focus;
      [[part.route, map], [part.stops, layers.stops]].forEach(function (pair) {
        if (on) { pair[1].addLayer(pair[0]); } else { pair[1].removeLayer(pair[0]); }
      });
    });
    return focus;
  }
  function unfocus() { trips.forEach(function (button) { press(button, false); }); }
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
  vehicles.forEach(function (box) { box.addEventListener("change", function () { unfocus(); show(); }); });
  trips.forEach(function (button) {
    button.addEventListener("click", function () {
      var state = !isPressed(button);
      unfocus();
      press(button, state);
      var focus = show();
      var bounds = L.latLngBounds([]);
      parts.forEach(function (part) {
        if (part.trip === focus) { bounds.extend(part.route.getBounds()); }
      });
      map.fitBounds(bounds.isValid() ? bounds : Lines.bounds(data.bounds), { padding: [30, 30] });
    });
  });
  all("[data-unserved]").forEach(function (button) {
    button.addEventListener("click", function () {
      var marker = missed[button.dataset.unserved];
      map.setView(marker.getLatLng(), Math.max(map.getZoom(), 11));
      marker.openPopup();
    });
  });
  all("[data-layer]").forEach(function (box) {
    box.addEventListener("change", function () {
      var layer = layers[box.dataset.layer];
      if (box.checked) { map.addLayer(layer); } else { map.removeLayer(layer); }
    });
  });
  function tell() { map.getContainer().classList.toggle("far", map.getZoom() < 10); }
  map.on("zoomend", tell);
  if (data.bounds) { map.fitBounds(Lines.bounds(data.bounds), { padding: [8, 8] }); } else { map.setView([0, 0], 2); }
  tell();
  show();
  document.documentElement.dataset.ready = "yes";
})();
