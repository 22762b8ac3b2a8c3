// LAMBADA (Paperno et al. 2016, arXiv 1606.06031): the last word of a passage, which only its whole makes plain.

extension BuiltInTask {
  /// As lm-evaluation-harness has it (`lm_eval/tasks/lambada`, lambada_openai and lambada_standard, which differ in their data alone).
  static let lambada = BuiltInTask(
    name: "lambada",
    definition: """
      task: lambada
      dataset_path: EleutherAI/lambada_openai
      output_type: loglikelihood
      test_split: test
      doc_to_text: "{{text.split(' ')[:-1]|join(' ')}}"
      doc_to_target: "{{' '+text.split(' ')[-1]}}"
      metric_list:
        - {metric: perplexity, aggregation: perplexity, higher_is_better: false}
        - {metric: acc, aggregation: mean, higher_is_better: true}
      metadata:
        version: 1.0
      """,
    origin: "the test split of the data set EleutherAI/lambada_openai, or of cimec/lambada, as JSON Lines")
}
