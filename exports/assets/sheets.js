"use strict";
// Cells of tables that we hand over, and the saving of a file, as every page does it.
var Sheets = {
  // Text that no spreadsheet program takes for a formula, on one line, as in our other tables.
  guard: function (value) {
    var text = String(value === undefined ? "" : value).replace(/[\x00-\x1f\x7f\x85\u2028\u2029]+/g, " ").trim();
    if (/^'*\s*[=+\-@＝＋－＠]/.test(text)) { text = "'" + text; }
    return text.replace(/;('*\s*[=+\-@＝＋－＠])/g, ";'$1");
  },
  cell: function (value) {
    var text = Sheets.guard(value);
    return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  },
  save: function (file) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = file.name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
  }
};
