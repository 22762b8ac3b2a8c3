// How long a bootstrap of a million pairs takes; run where FLIPGATE_BENCHMARK is set, and printed for Benchmarks/README.md.

import Foundation
import Testing

@testable import Comparison

@Suite(.enabled(if: ProcessInfo.processInfo.environment["FLIPGATE_BENCHMARK"] != nil)) struct BootstrapBenchmark {
  @Test(arguments: PairedBootstrap.Method.allCases) func aMillionPairs(_ method: PairedBootstrap.Method) throws {
    var generator = SplitMix64(seed: 1)
    let changes = (0..<1_000_000).map { _ in Double(generator.next() >> 11) * 0x1p-53 - 0.5 }
    let bootstrap = PairedBootstrap(resamples: 2_000, seed: 3, method: method)
    #expect(bootstrap.resamples(for: changes.count) == 2_000)
    let clock = ContinuousClock()
    var interval: ClosedRange<Double>?
    let plain = clock.measure { interval = bootstrap.interval(of: changes, level: 0.95) }
    let clusters = (0..<1_000_000).map { $0 / 2 }
    let clustered = clock.measure { _ = bootstrap.interval(of: changes, clusters: clusters, level: 0.95) }
    var p = 0.0
    let signs = clock.measure { p = SignFlipTest(bootstrap: bootstrap).oneSidedP(changes) }
    print("1,000,000 pairs, 2,000 resamples, \(method.rawValue): \(plain); 500,000 clusters: \(clustered); sign flips: \(signs)")
    // Uniform numbers have a deviation of 0.2887: the mean of a million one of 0.00029, and 95 % of the means lie within 0.00057 of it.
    let width = try #require(interval.map { $0.upperBound - $0.lowerBound })
    #expect(abs(width - 2 * 1.96 * 0.2887 / 1000) < 0.1 * width && p > 0)
    #expect(plain < .seconds(15))
  }
}
