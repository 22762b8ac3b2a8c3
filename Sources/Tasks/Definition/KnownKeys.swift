// The keys of lm-evaluation-harness task files (0.4.13), and what becomes of each here.

/// What is done with a key.
enum KeyRole: Sendable {
  case read
  /// It can't change a question or its score here.
  case ignored
  /// It would change the results and is not supported: the reason.
  case refused(String)
}

enum KnownKeys {
  private static let python = "it names Python code, which is never run"

  static let task: [String: KeyRole] = [
    "task": .read, "tag": .read, "group": .read, "include": .read,
    "dataset_path": .read, "dataset_name": .ignored, "dataset_kwargs": .read,
    "training_split": .read, "validation_split": .read, "test_split": .read, "fewshot_split": .read,
    "doc_to_text": .read, "doc_to_target": .read, "doc_to_choice": .read, "gen_prefix": .read,
    "description": .read, "target_delimiter": .read, "fewshot_delimiter": .read, "fewshot_config": .read, "num_fewshot": .read,
    "output_type": .read, "metric_list": .read, "metadata": .read, "filter_list": .read,
    "task_alias": .ignored, "group_alias": .ignored, "aggregate_metric_list": .ignored, "should_decontaminate": .ignored,
    "doc_to_decontamination_query": .ignored, "unsafe_code": .ignored, "generation_kwargs": .read, "repeats": .read,
    "weight_by_size": .ignored, "dataset_description": .ignored,
    "process_docs": .refused(python), "process_results": .refused(python), "custom_dataset": .refused(python), "class": .refused(python),
    "use_prompt": .refused("it takes the prompt from another package; write it as doc_to_text"),
    "doc_to_image": .refused("only text is asked"), "doc_to_audio": .refused("only text is asked"),
    "task_list": .refused("write each task as a file of its own, or as a member of a group"),
  ]

  /// The keys of a group that are not defaults for its members.
  static let group: Set<String> = ["group", "group_alias", "task", "aggregate_metric_list", "metadata", "tag", "include"]

  static let fewShot: [String: KeyRole] = [
    "sampler": .read, "split": .read, "samples": .read, "doc_to_text": .read, "doc_to_choice": .read, "doc_to_target": .read,
    "gen_prefix": .read, "fewshot_delimiter": .read, "target_delimiter": .read,
    "process_docs": .refused(python),
    "fewshot_indices": .refused("the harness reads it without using it; write the examples as samples, with the sampler first_n"),
  ]

  static let dataset: [String: KeyRole] = [
    "data_files": .read, "data_dir": .read, "field": .read, "sep": .read, "delimiter": .read, "trust_remote_code": .ignored, "revision": .ignored,
  ]

  /// The keys of a metric that are not options of its own.
  static let metric: Set<String> = ["metric", "aggregation", "higher_is_better", "hf_evaluate", "weight_by_size"]

  static let filterPipeline: [String: KeyRole] = ["name": .read, "filter": .read]

  private static let oneAnswer = "one answer is followed at a time"
  static let generation: [String: KeyRole] = [
    "until": .read, "max_gen_toks": .read, "max_new_tokens": .read, "max_tokens": .read, "max_completion_tokens": .read, "do_sample": .read,
    "temperature": .read, "top_p": .read, "top_k": .read, "min_p": .read, "seed": .read, "repetition_penalty": .read,
    "no_repeat_ngram_size": .read, "num_beams": .read,
    "num_return_sequences": .refused("use repeats"), "max_length": .refused("it counts the prompt too; use max_gen_toks"),
    "num_beam_groups": .refused(oneAnswer), "penalty_alpha": .refused(oneAnswer),
  ]

  static let flipgate: [String: KeyRole] = ["item_id": .read, "slices": .read, "cluster": .read, "primary_metric": .read]
}
