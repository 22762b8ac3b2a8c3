// A table that can be read aloud and sorted: a caption, scopes, numbers to the right with their exact values for the script.

struct HTMLTable {
  struct Column {
    var name: String
    var isNumber = false
  }

  struct Cell {
    var content: HTML
    /// What a column of numbers is sorted by.
    var value: Double?

    static func text(_ text: String) -> Cell { Cell(content: tag("bdi") { text }) }
    static func number(_ text: String, _ value: Double?) -> Cell { Cell(content: HTML(text: text), value: value) }
  }

  var caption: String
  var columns: [Column]
  var isSortable = true
  var className: String?

  /// The table around rows; wide ones scroll in their own frame.
  func html(_ rows: HTML) -> HTML {
    tag("div", ["class": "scroll", "role": "region", "aria-label": caption, "tabindex": "0"]) {
      tag("table", ["data-sortable": isSortable ? "" : nil, "class": className]) {
        tag("caption") { caption }
        tag("thead") {
          tag("tr") { for column in columns { tag("th", ["scope": "col", "class": column.isNumber ? "n" : nil]) { column.name } } }
        }
        tag("tbody") { rows }
      }
    }
  }

  func row(_ cells: [Cell], className: String? = nil) -> HTML {
    tag("tr", ["class": className]) {
      for (index, cell) in cells.enumerated() {
        if index == 0 {
          tag("th", ["scope": "row"]) { cell.content }
        } else if index < columns.count, columns[index].isNumber {
          tag("td", ["class": "n", "data-value": cell.value.map { $0.isFinite ? "\($0)" : "" }]) { cell.content }
        } else {
          tag("td") { cell.content }
        }
      }
    }
  }
}
