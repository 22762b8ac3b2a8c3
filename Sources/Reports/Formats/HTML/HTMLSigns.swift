// Small drawings: the sign of each state, the brand, arrows. Each stands beside words, so that none needs a title.

internal import Policies

/// What a state means to a reader.
enum HTMLTone {
  case good
  case bad
  case warn
  case calm

  var className: String {
    switch self {
    case .good: "good"
    case .bad: "bad"
    case .warn: "warn"
    case .calm: "calm"
    }
  }

  /// A stroke in a box of 16 by 16.
  fileprivate var path: String {
    switch self {
    case .good: "M3.5 8.5l3 3 6-7"
    case .bad: "M4 4l8 8M12 4l-8 8"
    case .warn: "M8 3v6.5M8 12.6v.1"
    case .calm: "M3.5 8h9"
    }
  }
}

enum HTMLSigns {
  static func icon(_ path: String, box: String = "0 0 16 16", width: String = "2") -> HTML {
    tag(
      "svg",
      [
        "viewBox": box, "fill": "none", "stroke": "currentColor", "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round",
        "aria-hidden": "true",
      ]
    ) { shape("path", ["d": path]) }
  }

  /// A sign and a word in a tinted capsule.
  static func mark(_ word: String, _ tone: HTMLTone) -> HTML {
    tag("span", ["class": "mark \(tone.className)"]) {
      icon(tone.path, width: "2.2")
      word
    }
  }

  /// The large sign of the verdict: a disc with the stroke cut out.
  static func verdict(_ tone: HTMLTone) -> HTML {
    tag("svg", ["viewBox": "0 0 44 44", "class": "is-sign", "aria-hidden": "true"]) {
      shape("circle", ["cx": "22", "cy": "22", "r": "22", "fill": "currentColor", "fill-opacity": ".13"])
      tag("g", ["transform": "translate(10 10) scale(1.5)"]) {
        shape(
          "path",
          ["d": tone.path, "fill": "none", "stroke": "currentColor", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round"])
      }
    }
  }

  /// A gate with one leaf flipped.
  static let brand = tag("svg", ["viewBox": "0 0 20 20", "aria-hidden": "true"]) {
    shape("rect", ["x": "1", "y": "2", "width": "7.5", "height": "16", "rx": "2.2", "fill": "currentColor"])
    shape("path", ["d": "M11.5 4.2l6-2a1 1 0 0 1 1.4 1v13.6a1 1 0 0 1-1.4 1l-6-2z", "fill": "currentColor", "fill-opacity": ".42"])
  }

  static let arrow = icon("M4 14h20m-7-7 7 7-7 7", box: "0 0 28 28", width: "1.6")
  static let theme = tag("svg", ["viewBox": "0 0 16 16", "aria-hidden": "true"]) {
    shape("circle", ["cx": "8", "cy": "8", "r": "6.2", "fill": "none", "stroke": "currentColor", "stroke-width": "1.6"])
    shape("path", ["d": "M8 1.8a6.2 6.2 0 0 1 0 12.4z", "fill": "currentColor"])
  }
}

extension Verdict {
  var tone: HTMLTone {
    switch self {
    case .passed: .good
    case .failed: .bad
    case .warned, .undecided: .warn
    }
  }
}

extension BudgetOutcome {
  var tone: HTMLTone {
    switch status {
    case .passed: .good
    case .failed: .bad
    case .warned: action == .info ? .calm : .warn
    case .undecided, .waived: .warn
    }
  }

  var spokenStatus: String {
    switch status {
    case .passed: "Holds"
    case .failed: "Broken"
    case .warned: action == .info ? "Note" : "Warning"
    case .undecided: "Undecided"
    case .waived: "Waived"
    }
  }
}
