"use strict";
// The map of a trip: its way day by day over roads and communes, and the position of the phone.
function TripMap(data, openStop) {
  var map = L.map("map", {
    zoomSnap: 0.25, attributionControl: false, zoomControl: false, maxZoom: 17, preferCanvas: true
  });
  if (data.bounds) { map.fitBounds(Lines.bounds(data.bounds), { animate: false }); } else { map.setView([0, 0], 2); }
  L.control.scale({ imperial: false }).addTo(map);
  ["ground", "communes", "roads", "routes", "closures", "names"].forEach(function (name, index) {
    map.createPane(name).style.zIndex = 400 + index * 10;
  });
  var ground = L.layerGroup().addTo(map), names = [], days = [], pins = [], day = "all";
  Ground.draw(data, map, ground);
  data.communes.forEach(function (commune) {
    L.polygon(commune.r.map(function (ring) { return [Lines.decode(ring)]; }), {
      pane: "communes", color: "#7d8f85", weight: 1, fill: !data.hills, fillColor: "#eef3ee", fillOpacity: 0.9, interactive: false
    }).addTo(ground);
    names.push({ marker: L.marker(Lines.at(commune.at), {
      pane: "names", interactive: false, keyboard: false, icon: Lines.label("commune-name", commune.name)
    }).addTo(ground), width: Labels.width(commune.name, 6.5), height: 16 });
  });
  names = Lines.drawRoads(data.roads, ground, "roads").concat(names);
  data.closures.forEach(function (closure) {
    L.polyline(Lines.follow(data.lines, closure.l), { pane: "closures", color: "#c62828", weight: 7, dashArray: "10 7", lineCap: "butt" })
      .bindPopup(closure.p).addTo(ground);
  });
  function colour(number) { return data.colours[number % data.colours.length]; }
  data.ways.forEach(function (way) {
    var line = Lines.decode(way.l);
    [{ color: "#fff", weight: 9 }, { color: colour(way.day), weight: 5.5 }].forEach(function (style) {
      var drawn = new Lines.Beside([line], Object.assign({ pane: "routes", offsets: [3.5], interactive: false }, style));
      days.push({ day: way.day, line: drawn.addTo(map) });
    });
  });
  function pin(place, sign, fill, name, number) {
    var marker = L.marker(Lines.at(place.at), {
      icon: Lines.pin(sign, fill, name), title: place.t, alt: place.t, riseOnHover: true, keyboard: !!number,
      interactive: !!number, zIndexOffset: number ? 2000 - number : 500
    }).addTo(map);
    pins.push({ marker: marker, width: 24, height: 24, day: place.day, n: number });
    return marker;
  }
  data.stops.forEach(function (stop) {
    pin(stop, stop.n, colour(stop.day), "stop", stop.n).on("click", function () { openStop(stop.n); });
  });
  data.beds.forEach(function (bed) { pin(bed, "☾", "#4527a0", "bed", 0); });
  pin(Object.assign({ day: "all" }, data.depot), "⌂", "#222", "depot", 0);
  data.dangers.forEach(function (danger) {
    var marker = L.marker(Lines.at(danger.at), { icon: Lines.pin(danger.sign, "#ffd54a", "danger"), alt: "⚠" })
      .bindPopup(danger.p).addTo(map);
    pins.push({ marker: marker, width: 22, height: 22, day: danger.day, n: 0 });
  });
  var tidy = Labels.whenStill(map, function () {
    var shown = pins.filter(function (pin) { return day === "all" || pin.day === day || pin.day === "all"; });
    Labels.thin(map, shown.concat(names));
  });
  map.on("zoomend", function () { map.getContainer().classList.toggle("far", map.getZoom() < 10); });
  function fit() {
    var bounds = L.latLngBounds([]);
    days.forEach(function (part) { if (day === "all" || part.day === day) { bounds.extend(part.line.getBounds()); } });
    pins.forEach(function (pin) { if (pin.n && (day === "all" || pin.day === day)) { bounds.extend(pin.marker.getLatLng()); } });
    map.invalidateSize({ animate: false });
    if (!bounds.isValid() && data.bounds) { bounds = L.latLngBounds(Lines.bounds(data.bounds)); }
    if (bounds.isValid()) { map.fitBounds(bounds, { paddingTopLeft: [26, 26], paddingBottomRight: [68, 26], maxZoom: 14, animate: false }); } else { map.setView([0, 0], 2); }
  }
  function showDay(wanted) {
    day = wanted;
    days.forEach(function (part) { part.line.setStyle({ opacity: day === "all" || part.day === day ? 1 : 0.18 }); });
    pins.forEach(function (pin) {
      var element = pin.marker.getElement();
      if (element) { element.classList.toggle("other", !(day === "all" || pin.day === "all" || pin.day === day)); }
    });
    fit();
    tidy();
  }
  function markNext(number) {
    pins.forEach(function (pin) {
      if (pin.n) { pin.marker.getElement().classList.toggle("next", pin.n === number); }
    });
  }
  var frame = document.getElementById("map-frame");
  function fill(state) {
    frame.classList.toggle("full", state);
    document.body.classList.toggle("map-full", state);
    fit();
  }
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { fill(false); } });
  var where = new Position(map, data);
  var bar = L.control({ position: "topright" });
  bar.onAdd = function () {
    var box = L.DomUtil.create("div", "tools");
    [
      ["+", "zoom_in", function () { map.zoomIn(1); }], ["−", "zoom_out", function () { map.zoomOut(1); }],
      ["⤢", "full", function () { fill(!frame.classList.contains("full")); }], ["◫", "whole", fit],
      ["◎", "position", function () { press(this, where.toggle()); }]
    ].forEach(function (tool) {
      var button = L.DomUtil.create("button", "", box);
      button.type = "button";
      button.textContent = tool[0];
      button.title = data.words[tool[1]];
      button.dataset.tool = tool[1];
      button.setAttribute("aria-label", data.words[tool[1]]);
      button.addEventListener("click", tool[2]);
    });
    L.DomEvent.disableClickPropagation(box);
    return box;
  };
  function press(button, state) { button.setAttribute("aria-pressed", state ? "true" : "false"); }
  bar.addTo(map);
  return { showDay: showDay, markNext: markNext, setGoal: where.setGoal };
}
// Where the phone is, while its owner wants it shown.
function Position(map, data) {
  var watch = null, dot = null, ring = null, goal = null, last = null;
  var told = document.getElementById("position");
  function tell(text) {
    told.hidden = !text;
    told.textContent = text;
  }
  function say() {
    if (!last) { return; }
    var text = data.words.accuracy.replace("{metres}", Math.round(last.accuracy));
    if (goal) {
      var km = map.distance(last.at, Lines.at(goal)) / 1000;
      text += " · " + data.words.to_next.replace("{km}", km.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 }));
    }
    tell(text);
  }
  function found(place) {
    var first = !last;
    last = { at: [place.coords.latitude, place.coords.longitude], accuracy: place.coords.accuracy };
    if (!dot) {
      ring = L.circle(last.at, { radius: last.accuracy, color: "#0b57d0", weight: 1, interactive: false }).addTo(map);
      dot = L.circleMarker(last.at, { radius: 9, color: "#fff", weight: 3, fillColor: "#0b57d0", fillOpacity: 1, interactive: false }).addTo(map);
    }
    ring.setLatLng(last.at).setRadius(last.accuracy);
    dot.setLatLng(last.at);
    if (first) { map.panTo(last.at); }
    say();
  }
  function failed(error) {
    stop();
    tell(data.words[error.code === 1 ? "refused" : "unknown"]);
  }
  function stop() {
    if (watch !== null) { navigator.geolocation.clearWatch(watch); }
    [dot, ring].forEach(function (layer) { if (layer) { layer.remove(); } });
    watch = dot = ring = last = null;
    var button = document.querySelector("[data-tool=position]");
    if (button) { button.setAttribute("aria-pressed", "false"); }
    tell("");
  }
  return {
    setGoal: function (place) {
      goal = place;
      say();
    },
    toggle: function () {
      if (watch !== null) {
        stop();
        return false;
      }
      if (!navigator.geolocation) {
        tell(data.words.absent);
        return false;
      }
      tell(data.words.searching);
      watch = navigator.geolocation.watchPosition(found, failed, { enableHighAccuracy: true, maximumAge: 10000, timeout: 60000 });
      return true;
    }
  };
}
