// Which addresses a request may name, and which networks they lead to.

import Testing
import Transfers

@Suite struct AddressTests {
  @Test func partsAreTakenApart() throws {
    let address = try WebAddress("HTTPS://Example.COM:8443/a%20b/c?q=1#top")
    #expect(address.scheme == .https && address.host == "example.com" && address.port == 8443)
    #expect(address.target == "/a%20b/c?q=1" && address.origin == "https://example.com:8443")
    #expect(try WebAddress("https://[2001:DB8::1]/").origin == "https://[2001:db8::1]")
    #expect(try WebAddress("https://example.com").port == 443)
  }

  @Test func printedItKeepsItsSecrets() throws {
    let address = try WebAddress("https://example.com/hooks/T0/s3cret?token=t")
    var dumped = ""
    dump(address, to: &dumped)
    for text in ["\(address)", String(reflecting: address), dumped, "\([address])"] {
      #expect(text.contains("https://example.com") && !text.contains("s3cret") && !text.contains("token"), "\(text)")
    }
  }

  @Test(arguments: [
    "", "example.com/a", "https://", "https://exa mple.com", "https://example.com/\u{7}", "https://example.com/ä", "ftp://example.com/",
    "file:///etc/passwd", "gopher://localhost/", "https://name@example.com/", "https://name:word@example.com/", "http://example.com/",
    "http://127.0.0.1.example.com/", "http://localhost.example.com/", "http://0.0.0.0/", "https://[fe80::1%25eth0]/", "//example.com/",
    "http://[::2]/", "https://example.com:99999/",
  ])
  func othersAreRefused(_ text: String) {
    #expect(throws: TransferError.self) { try WebAddress(text) }
  }

  @Test(arguments: ["http://localhost:80/", "http://127.0.0.1/", "http://127.8.9.1:8080", "http://[::1]:3000/a", "http://LOCALHOST/"])
  func plainHTTPIsForThisMachine(_ text: String) throws { #expect(try WebAddress(text).isLoopback) }

  @Test func referencesAreResolved() throws {
    let base = try WebAddress("https://example.com/a/b?c")
    #expect(try base.resolving("/x?y").text == "https://example.com/x?y")
    #expect(try base.resolving("x").text == "https://example.com/a/x")
    #expect(try base.resolving("//other.example/x").origin == "https://other.example")
    for reference in ["http://other.example/x", "http://127.0.0.1/x", "http://localhost:631/"] {
      #expect(throws: TransferError.self) { try base.resolving(reference) }
    }
    #expect(try WebAddress("http://localhost/a").resolving("http://127.0.0.1:1/b").port == 1)
  }

  @Test func partsOfAPathAreEncoded() throws {
    let base = try WebAddress("https://example.com/mirror/")
    #expect(try base.appending(path: ["a/b", "ü ?#", "..."]).target == "/mirror/a%2Fb/%C3%BC%20%3F%23/...")
    for part in ["", ".", ".."] { #expect(throws: TransferError.self) { try base.appending(path: ["a", part]) } }
    #expect(try base.appending(path: ["api"], query: "x=1").text == "https://example.com/mirror/api?x=1")
  }

  @Test(arguments: [
    ("127.0.0.1", false), ("10.1.2.3", false), ("172.16.0.1", false), ("172.32.0.1", true), ("192.168.1.1", false), ("169.254.169.254", false),
    ("100.64.0.1", false), ("0.0.0.0", false), ("224.0.0.1", false), ("255.255.255.255", false), ("192.0.2.1", false), ("192.0.1.1", true),
    ("8.8.8.8", true), ("::1", false), ("::", false), ("fe80::1", false), ("fc00::1", false), ("ff02::1", false), ("2001:db8::1", false),
    ("2606:4700::1111", true), ("::ffff:10.0.0.1", false), ("::ffff:8.8.8.8", true), ("64:ff9b::a00:1", false), ("64:ff9b::808:808", true),
    ("2002:a00:1::", false),
  ])
  func networksAreKnown(_ text: String, _ isPublic: Bool) throws { #expect(try #require(NetworkAddress(text)).isPublic == isPublic) }

  @Test(arguments: [
    ("127.8.0.1", NetworkAddress.Scope.loopback), ("::1", .loopback), ("::ffff:127.0.0.1", .loopback), ("64:ff9b::7f00:1", .loopback),
    ("169.254.169.254", .link), ("fe80::1", .link), ("febf::1", .link), ("::ffff:169.254.169.254", .link), ("64:ff9b::a9fe:a9fe", .link),
    ("2002:a9fe:a9fe::1", .link), ("::169.254.169.254", .link), ("10.0.0.1", .local), ("100.127.255.255", .local), ("fd00:ec2::254", .local),
    ("fec0::1", .local), ("::10.0.0.1", .local), ("::8.8.8.8", .reserved), ("::", .reserved), ("0.0.0.0", .reserved), ("ff02::1", .reserved),
    ("198.18.0.1", .reserved), ("2001:0:1::1", .reserved), ("4000::1", .reserved), ("2001:4860::8888", .global), ("1.1.1.1", .global),
  ])
  func scopesAreKnown(_ text: String, _ scope: NetworkAddress.Scope) throws { #expect(try #require(NetworkAddress(text)).scope == scope) }

  @Test func whatIsNoAddress() {
    for text in ["", "1.2.3", "256.1.1.1", "localhost", "1.2.3.4 ", "::g"] { #expect(NetworkAddress(text) == nil) }
    #expect(NetworkAddress("::ffff:127.0.0.1")?.isLoopback == true)
  }
}
