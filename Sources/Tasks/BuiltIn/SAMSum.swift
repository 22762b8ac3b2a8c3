// SAMSum (Gliwa et al. 2019, arXiv 1911.12237): a dialogue in a sentence or two, generated as MUSCLE does (arXiv 2407.09435).

extension BuiltInTask {
  /// No pair of tokens occurs twice, and the answer ends where another dialogue or summary begins, as in MUSCLE; the harness has no such task.
  static let samsum = BuiltInTask(
    name: "samsum",
    definition: #"""
      task: samsum
      dataset_path: knkarthick/samsum
      output_type: generate_until
      training_split: train
      validation_split: validation
      test_split: test
      doc_to_text: "Dialogue:\n{{dialogue|trim}}\nSummary:"
      doc_to_target: "{{summary|trim}}"
      generation_kwargs:
        until: ["Dialogue:", "Summary:", "</s>", "\n\n"]
        max_gen_toks: 128
        do_sample: false
        no_repeat_ngram_size: 2
      filter_list:
        - name: none
          filter:
            - function: remove_whitespace
            - function: take_first
      metric_list:
        - metric: rouge1
        - metric: rouge2
        - metric: rougeL
      metadata:
        version: 1.0
      """#,
    origin: "test.json of the SAMSum corpus, or the test split of a data set of it as JSON Lines, with the fields \"dialogue\" and \"summary\"")
}
