// MMLU (Hendrycks et al. 2021, arXiv 2009.03300): 57 subjects, a task each, in four groups.

internal import Documents
internal import Templates

enum MMLU {
  /// A group's part of its name, its title, and its subjects.
  static let areas: [(name: String, title: String, subjects: [String])] = [
    (
      "stem", "stem",
      words(
        """
        abstract_algebra anatomy astronomy college_biology college_chemistry college_computer_science college_mathematics college_physics \
        computer_security conceptual_physics electrical_engineering elementary_mathematics high_school_biology high_school_chemistry \
        high_school_computer_science high_school_mathematics high_school_physics high_school_statistics machine_learning
        """)
    ),
    (
      "other", "other",
      words(
        """
        business_ethics clinical_knowledge college_medicine global_facts human_aging management marketing medical_genetics miscellaneous nutrition \
        professional_accounting professional_medicine virology
        """)
    ),
    (
      "social_sciences", "social sciences",
      words(
        """
        econometrics high_school_geography high_school_government_and_politics high_school_macroeconomics high_school_microeconomics \
        high_school_psychology human_sexuality professional_psychology public_relations security_studies sociology us_foreign_policy
        """)
    ),
    (
      "humanities", "humanities",
      words(
        """
        formal_logic high_school_european_history high_school_us_history high_school_world_history international_law jurisprudence \
        logical_fallacies moral_disputes moral_scenarios philosophy prehistory professional_law world_religions
        """)
    ),
  ]

  private static func words(_ text: String) -> [String] { text.split { $0 == " " || $0 == "\n" }.map(String.init) }

  static let tasks: [BuiltInTask] = areas.flatMap { area in area.subjects.map { task($0) } }

  static func name(_ subject: String) -> String { "mmlu_\(subject)" }

  /// As lm-evaluation-harness has it (`lm_eval/tasks/mmlu/default`).
  private static func task(_ subject: String) -> BuiltInTask {
    BuiltInTask(
      name: name(subject),
      definition: """
        task: \(name(subject))
        dataset_path: cais/mmlu
        test_split: test
        fewshot_split: dev
        fewshot_config: {sampler: first_n}
        output_type: multiple_choice
        description: "The following are multiple choice questions (with answers) about \(PythonText.replace(subject, "_", with: " ")).\\n\\n"
        doc_to_text: "{{question.strip()}}\\nA. {{choices[0]}}\\nB. {{choices[1]}}\\nC. {{choices[2]}}\\nD. {{choices[3]}}\\nAnswer:"
        doc_to_choice: ["A", "B", "C", "D"]
        doc_to_target: answer
        metric_list:
          - metric: acc
            aggregation: mean
            higher_is_better: true
        """,
      origin: """
        the split of the data set cais/mmlu for the subject \(subject) as JSON Lines; --data mmlu=FILE gives all subjects in one file, told apart by \
        the field "subject"
        """,
      prepare: { data, _ in
        // A file of all subjects: only this one's questions.
        guard data.documents.contains(where: { $0.value["subject"] != nil }) else { return data }
        var prepared = data
        prepared.documents = data.documents.filter { $0.value["subject"]?.string == subject }
        return prepared
      }, group: "mmlu")
  }
}

/// Groups of built-in tasks.
struct BuiltInGroup: Sendable {
  var name: String
  var title: String
  var tasks: [String]
  /// The groups inside of it.
  var parts: [String] = []

  static let all: [BuiltInGroup] =
    [
      BuiltInGroup(
        name: "mmlu", title: "mmlu", tasks: MMLU.areas.flatMap { $0.subjects.map(MMLU.name) }, parts: MMLU.areas.map { "mmlu_\($0.name)" })
    ] + MMLU.areas.map { BuiltInGroup(name: "mmlu_\($0.name)", title: $0.title, tasks: $0.subjects.map(MMLU.name)) }

  static func named(_ name: String) -> BuiltInGroup? { all.first { $0.name == name } }

  private var group: TaskGroup { TaskGroup(name: name, title: title, tasks: tasks, aggregates: [TaskGroup.Aggregate(metric: "acc")]) }

  func members() throws -> TaskMembers {
    let definitions = try tasks.compactMap(BuiltInTask.named).map { try TaskReader.read(try $0.keys(), builtIn: $0) }
    return TaskMembers(definitions: definitions, groups: [group] + parts.compactMap(BuiltInGroup.named).map(\.group))
  }
}
