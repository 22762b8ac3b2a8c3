// The core's vocabulary projection is the one that losses take.

public import LanguageModels

extension VocabularySlices: VocabularyProjection {}
