// Plans against scipy's binomial, which tries every number of items.

import Comparison
import Documents
import Testing

@Suite struct GatePlanTests {
  @Test func itemsAgreeWithEveryNumberTried() throws {
    for item in try StatisticsFixtures.cases("gate-plans.json") {
      let plan = GatePlan(budget: item.double("budget"), level: item.double("level"), power: item.double("power"))
      let rate = item.double("rate")
      let items = rate < plan.budget ? plan.itemsToPass(rate: rate) : plan.itemsToFail(rate: rate)
      #expect(items == item.integer("items"), "\(item.serialized())")
      for sample in item["samples"]?.array ?? [] {
        let n = sample.integer("items")
        #expect(plan.largestPassing(of: n) ?? -1 == sample.integer("passing"), "\(item.serialized())")
        #expect(plan.smallestFailing(of: n) ?? n + 1 == min(n + 1, sample.integer("failing")), "\(item.serialized())")
        let chance = rate < plan.budget ? plan.chanceOfPassing(n, rate: rate) : plan.chanceOfFailing(n, rate: rate)
        #expect(agrees(chance, sample.double("chance")), "\(n) of \(item.serialized()): \(chance)")
      }
    }
  }

  /// Without a flip, n items certify a budget B from (1 - B)^n <= 1 - level on: the rule of three.
  @Test(arguments: [(0.01, 299), (0.03, 99), (0.05, 59), (0.1, 29), (0.5, 5)]) func ruleOfThree(_ budget: Double, _ items: Int) {
    #expect(GatePlan(budget: budget).itemsToPass(rate: 0) == items)
    #expect(GatePlan.smallestBudget(of: items, level: 0.95) <= budget)
    #expect(GatePlan.smallestBudget(of: items - 1, level: 0.95) > budget)
  }

  /// At the rate that is found the chance is the plan's power, and just below it is not.
  @Test(arguments: [(0.01, 300), (0.05, 100), (0.05, 1838)]) func smallestFailingRate(_ budget: Double, _ items: Int) throws {
    let plan = GatePlan(budget: budget)
    let rate = try #require(plan.smallestFailingRate(of: items))
    #expect(plan.chanceOfFailing(items, rate: rate) >= 0.8 && plan.chanceOfFailing(items, rate: rate - 1e-6) < 0.8)
  }

  /// Nothing passes or fails without items, at rates that are the budget itself, and for plans that are none.
  @Test func nonsense() {
    let plan = GatePlan(budget: 0.05)
    #expect(plan.itemsToPass(rate: 0.05) == nil && plan.itemsToFail(rate: 0.05) == nil)
    #expect(plan.itemsToPass(rate: -1) == nil && plan.itemsToFail(rate: 1.5) == nil && plan.itemsToPass(rate: .nan) == nil)
    #expect(plan.largestPassing(of: 0) == nil && plan.smallestFailing(of: 0) == nil && plan.smallestFailingRate(of: 0) == nil)
    #expect(plan.chanceOfPassing(0, rate: 0) == 0 && plan.chanceOfFailing(0, rate: 1) == 0)
    for bad in [
      GatePlan(budget: 0), GatePlan(budget: 1), GatePlan(budget: .nan), GatePlan(budget: 0.1, level: 1), GatePlan(budget: 0.1, power: 0),
    ] {
      #expect(bad.itemsToPass(rate: 0) == nil && bad.itemsToFail(rate: 0.5) == nil)
    }
  }

  /// A budget so near to the rate that no number of items up to the limit is enough.
  @Test func tooNear() {
    #expect(GatePlan(budget: 0.01).itemsToPass(rate: 0.0099999) == nil)
    #expect(GatePlan(budget: 0.01).itemsToFail(rate: 0.0100001) == nil)
  }
}
