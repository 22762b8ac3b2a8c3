// Who may receive a message: addresses that are never connected to, whatever their name says, and certificates that must be right.

import Delivery
import Documents
import LoopbackServer
import Policies
import Testing
import Transfers

@Suite struct ReceiverTests {
  static func failure(
    _ url: String, allowsPrivate: Bool = false, encryption: Policies.Notification.Encryption = .init(), environment: [String: String] = [:],
    addresses: [String: String] = [:]
  ) async throws -> NoticeFailure? {
    var notification = Policies.Notification.sample(.slack, allowsPrivate: allowsPrivate)
    notification.encryption = encryption
    var environment = environment
    environment["HOOK_URL"] = url
    var courier = CourierTests.courier(environment)
    courier.client.addresses = try addresses.mapValues { try #require(NetworkAddress($0)) }
    courier.client.connectTimeout = 0.5
    courier.retries.attempts = 1
    return await CourierTests.failure(try CourierTests.notice(notification), courier)
  }

  static func refused(_ failure: NoticeFailure?) -> NetworkAddress? {
    guard case .transfer(.addressRefused(_, let address), _)? = failure?.problem else { return nil }
    return address
  }

  // MARK: Addresses

  /// Refused even where private receivers are expected: link-local, unspecified, multicast, and IPv4 in IPv6's clothes.
  @Test(arguments: [
    "169.254.169.254", "169.254.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "[fe80::1]", "[febf::1]", "[::]", "[ff02::1]",
    "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "[::169.254.169.254]", "[2001:db8::1]", "2852039166", "0xA9FEA9FE",
  ])
  func someAddressesAreNeverConnectedTo(_ host: String) async throws {
    #expect(Self.refused(try await Self.failure("https://\(host)/", allowsPrivate: true)) != nil)
    #expect(Self.refused(try await Self.failure("https://\(host)/")) != nil)
  }

  @Test(arguments: [
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "[fc00::1]", "[fd00:ec2::254]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "167772161",
  ])
  func privateNetworksAreAskedFor(_ host: String) async throws {
    let failure = try await Self.failure("https://\(host)/")
    #expect(Self.refused(failure) != nil)
    #expect(failure?.description.contains("write allow_private: true in the notification") == true)
  }

  @Test func thisMachineIsAskedForByItsName() async throws {
    let server = try LoopbackServer { _ in ServedAnswer(200) }
    #expect(try await Self.failure("http://127.0.0.1:\(server.port)/") == nil)
    #expect(try await Self.failure("http://localhost:\(server.port)/") == nil)
  }

  /// What counts is the address behind a name, not the name: one that leads here, or to a neighbour, is refused without a byte being sent.
  @Test(arguments: ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "fe80::1", "fd00::1", "0.0.0.0"])
  func namesThatLeadInsideAreRefused(_ address: String) async throws {
    let server = try LoopbackServer { _ in ServedAnswer(200) }
    let failure = try await Self.failure("https://hooks.test:\(server.port)/", addresses: ["hooks.test:\(server.port)": address])
    #expect(Self.refused(failure) == NetworkAddress(address))
    #expect(server.requests.isEmpty)
  }

  /// The proxy is what is connected to, so it is what is looked at; an address that is written out is looked at as well.
  @Test func proxiesAreLookedAt() async throws {
    let proxy = try LoopbackServer { _ in ServedAnswer(403) }
    func failure(_ url: String, allowsPrivate: Bool) async throws -> NoticeFailure? {
      var courier = CourierTests.courier(["HOOK_URL": url])
      courier.client.proxy = proxy.origin
      courier.retries.attempts = 1
      return await CourierTests.failure(try CourierTests.notice(.sample(.slack, allowsPrivate: allowsPrivate)), courier)
    }
    #expect(Self.refused(try await failure("https://hooks.example/x", allowsPrivate: false))?.isLoopback == true)
    #expect(proxy.requests.isEmpty)
    #expect(try await failure("https://hooks.example/x", allowsPrivate: true) != nil)
    #expect(proxy.requests.map(\.method) == ["CONNECT"] && proxy.requests.first?.target == "hooks.example:443")
    // The metadata service is not reached through a proxy either.
    #expect(Self.refused(try await failure("https://169.254.169.254/x", allowsPrivate: true)) != nil)
    #expect(proxy.requests.count == 1)
  }

  // MARK: Certificates

  @Test(.enabled(if: TestCertificates.isAvailable)) func certificatesAreVerified() async throws {
    let certificates = try TestCertificates()
    let server = try TLSServer(certificates)
    // The system does not know the authority.
    let unknown = try await Self.failure(server.origin)
    guard case .transfer(.notTrusted, _)? = unknown?.problem else {
      Issue.record("\(String(describing: unknown))")
      return
    }
    #expect(unknown?.attempts == 1 && server.requests.isEmpty)
    #expect(try await Self.failure(server.origin + "/hook", encryption: .init(authorities: certificates.authority)) == nil)
    #expect(server.requests.map(\.target) == ["/hook"])
    // By its name: here only where private receivers are expected.
    let named = "https://hooks.test:\(server.port)/"
    let addresses = ["hooks.test:\(server.port)": "127.0.0.1"]
    let trusted = Policies.Notification.Encryption(authorities: certificates.authority)
    #expect(try await Self.failure(named, allowsPrivate: true, encryption: trusted, addresses: addresses) == nil)
    #expect(Self.refused(try await Self.failure(named, encryption: trusted, addresses: addresses)) != nil)
    // A name that the certificate does not have.
    let other = ["other.test:\(server.port)": "127.0.0.1"]
    let wrong = try await Self.failure("https://other.test:\(server.port)/", allowsPrivate: true, encryption: trusted, addresses: other)
    if case .transfer(.notTrusted, _)? = wrong?.problem {} else { Issue.record("\(String(describing: wrong))") }
    let missing = try await Self.failure(server.origin, encryption: .init(authorities: certificates.authority + ".gone"))
    #expect(missing != nil && server.requests.count == 2)
  }

  @Test(.enabled(if: TestCertificates.isAvailable)) func clientsShowTheirCertificates() async throws {
    let certificates = try TestCertificates()
    let server = try TLSServer(certificates, asksClients: true)
    let bare = Policies.Notification.Encryption(authorities: certificates.authority)
    #expect(try await Self.failure(server.origin, encryption: bare) != nil)
    var identity = bare
    identity.certificate = certificates.client
    identity.key = certificates.clientKey
    #expect(try await Self.failure(server.origin, encryption: identity) == nil)
    identity.key = certificates.lockedClientKey
    identity.keyPasswordVariable = "KEY_PASSWORD"
    #expect(try await Self.failure(server.origin, encryption: identity, environment: ["KEY_PASSWORD": TestCertificates.password]) == nil)
    #expect(try await Self.failure(server.origin, encryption: identity, environment: ["KEY_PASSWORD": "wrong"]) != nil)
    #expect(server.requests.count == 2)
    identity.keyPasswordVariable = nil
    // Nobody is asked for the password on a terminal.
    #expect(try await Self.failure(server.origin, encryption: identity) != nil)
  }
}
