// Every key that a policy file may hold, mapping by mapping; the JSON schema holds the same, and a test compares them.

/// The keys of a policy file. Keys that start with `x-` are the user's own, everywhere.
public enum PolicyKeys {
  public static let policy = [
    "apiVersion", "kind", "extends", "metadata", "tasks", "required_tasks", "defaults", "budgets", "slices", "must_not_flip", "waivers",
    "remedy", "notify",
  ]
  public static let metadata = ["name", "owner", "description"]
  public static let defaults = [
    "action", "on_missing", "on_insufficient_evidence", "min_items", "decide_on", "unstable_items", "confidence", "max_error_ratio",
    "max_unscored_ratio", "allow_differences",
  ]
  public static let confidence = ["level", "method", "bootstrap", "correction", "seed", "resamples"]
  static let rules = ["action", "on_missing", "on_insufficient_evidence", "min_items", "decide_on", "unstable_items"]
  static let allowance = ["allowed_count", "allowed_ratio", "combine"]
  static let scoreLimits = ["max_drop", "max_relative_drop", "min_value", "max_gain", "mean_regression"]
  public static let budget = ["id", "task", "metric"] + allowance + ["min_margin", "item_drop"] + scoreLimits + rules
  public static let slice = ["id", "tasks", "by", "budgets"] + rules
  public static let sliceBudget = budget.filter { $0 != "task" }
  public static let mustNotFlip = ["id", "task", "items", "reason", "action", "on_missing"]
  public static let waiver = [
    "id", "budget", "allowed_count", "allowed_ratio", "combine", "owner", "approved_by", "reason", "ticket", "candidate", "expires",
  ]
  public static let notification = [
    "id", "type", "url_env", "secret_env", "headers_env", "on", "required", "allow_private", "include", "report_url", "dedup_key", "ca_file",
    "client_certificate", "client_key", "client_key_password_env",
  ]

  public static let remedy = [
    "kind", "recipe", "train", "validation", "when", "decides", "drop_overlap", "rank", "mask", "start", "weighting", "weight", "rest_weight",
    "lambda", "temperature", "learning_rate", "epochs", "max_steps", "max_minutes", "seed", "sweep",
  ]

  /// Keys of the policy format that this version of Flipgate refuses, with what to do instead.
  static let refused: [String: String] = [:]
}
