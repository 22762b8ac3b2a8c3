// Where messages go, in sentences.

internal import Documents

extension Notification {
  /// `slack: tells Slack (address in $SLACK_WEBHOOK_URL) of failed and undecided, with the budgets; without it the verdict stands.`
  var sentence: String {
    let words = Occasion.allCases.filter(occasions.contains).map(\.rawValue)
    let place = addressVariable.map { "address in $\($0)" } ?? "its common address"
    var text = "\(visible(id)): tells \(service.name) (\(place)) of \(Policy.list(words, "and"))"
    if service == .pagerDuty { text += ", and closes the alert when the gate \(occasions.contains(.warned) ? "passes" : "passes or warns")" }
    switch detail {
    case .summary: text += ", with the counts alone"
    case .budgets: text += ", with the budgets and no text of models"
    case .items: text += ", with the budgets and the worst items, text of models among them"
    }
    if service == .webhook { text += secretVariable.map { ", signed with $\($0)" } ?? ", unsigned" }
    if allowsPrivate { text += ", also in a private network" }
    return text + (isRequired ? "; if it does not arrive, the run has failed." : "; if it does not arrive, the verdict stands.")
  }
}
