// GSM8K (Cobbe et al. 2021, arXiv 2110.14168): word problems whose answer is a number.

extension BuiltInTask {
  /// As lm-evaluation-harness has it (`lm_eval/tasks/gsm8k`).
  static let gsm8k = BuiltInTask(
    name: "gsm8k",
    definition: #"""
      task: gsm8k
      tag: math_word_problems
      dataset_path: openai/gsm8k
      output_type: generate_until
      training_split: train
      fewshot_split: train
      test_split: test
      doc_to_text: "Question: {{question}}\nAnswer:"
      doc_to_target: "{{answer}}"
      metric_list:
        - metric: exact_match
          aggregation: mean
          higher_is_better: true
          ignore_case: true
          ignore_punctuation: false
          regexes_to_ignore: [",", "\\$", "(?s).*#### ", "\\.$"]
      generation_kwargs:
        until: ["Question:", "</s>", "<|im_end|>"]
        do_sample: false
        temperature: 0.0
      repeats: 1
      num_fewshot: 5
      filter_list:
        - name: strict-match
          filter:
            - function: regex
              regex_pattern: "#### (\\-?[0-9\\.\\,]+)"
            - function: take_first
        - name: flexible-extract
          filter:
            - function: regex
              group_select: -1
              regex_pattern: "(-?[$0-9.,]{2,})|(-?[0-9]+)"
            - function: take_first
      metadata:
        version: 3.0
      """#,
    origin: "test.jsonl and train.jsonl of github.com/openai/grade-school-math, or those splits of the data set openai/gsm8k as JSON Lines")
}
