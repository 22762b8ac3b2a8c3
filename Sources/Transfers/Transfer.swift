// One exchange through one libcurl handle: options in, callbacks while it runs, an answer or an error out.

internal import CCurl

/// A request on its way. It lives on one thread; the callbacks are called there, from inside ``run()``.
final class Transfer {
  /// The most bytes of all header lines together; real ones have a few thousand.
  private static let headLimit = 1 << 17

  private let request: HTTPRequest
  private let client: HTTPClient
  private let receiver: BodyReceiver?
  private let isCancelled: () -> Bool
  private let redirections: [HTTPHead]

  private var status = 0
  private var headers = HTTPHeaders()
  private var headBytes = 0
  private var body: [UInt8] = []
  private var bodyHasBegun = false
  private var isCut = false
  private var failure: TransferError?
  private var refused: NetworkAddress?

  init(
    _ request: HTTPRequest, after redirections: [HTTPHead], client: HTTPClient, receiver: BodyReceiver?, isCancelled: @escaping () -> Bool
  ) {
    self.request = request
    self.client = client
    self.receiver = receiver
    self.isCancelled = isCancelled
    self.redirections = redirections
  }

  private var origin: String { request.address.origin }
  private var head: HTTPHead { HTTPHead(status: status, headers: headers, address: request.address) }

  /// Sends the request and waits for the whole answer.
  func run() throws(TransferError) -> HTTPResponse {
    if isCancelled() { throw .cancelled }
    // What the handle refers to is made before it and freed after it.
    var list: UnsafeMutablePointer<curl_slist>?
    defer { unsafe curl_slist_free_all(list) }
    for line in headerLines {
      guard let longer = unsafe curl_slist_append(list, line) else { throw .library }
      unsafe list = unsafe longer
    }
    let reason = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    defer { unsafe reason.deallocate() }
    guard let handle = unsafe curl_easy_init() else { throw .library }
    defer { unsafe curl_easy_cleanup(handle) }

    var addresses: UnsafeMutablePointer<curl_slist>?
    defer { unsafe curl_slist_free_all(addresses) }
    for line in addressLines {
      guard let longer = unsafe curl_slist_append(addresses, line) else { throw .library }
      unsafe addresses = unsafe longer
    }
    guard unsafe configure(handle, headers: list, reason: reason), unsafe flipgate_curl_set_list(handle, CURLOPT_RESOLVE, addresses) == CURLE_OK
    else { throw .library }
    let code = withExtendedLifetime(self) { unsafe curl_easy_perform(handle) }
    if let failure { throw failure }
    if code != CURLE_OK && !isCut {
      throw unsafe error(code, reason: String(cString: reason), handle: handle)
    }
    try beginBody()
    return HTTPResponse(head: head, body: body, redirections: redirections)
  }

  /// Whether the library took every option.
  private func configure(_ handle: UnsafeMutableRawPointer, headers: UnsafeMutablePointer<curl_slist>?, reason: UnsafeMutablePointer<CChar>)
    -> Bool
  {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    var codes = [
      unsafe flipgate_curl_set_text(handle, CURLOPT_URL, request.address.text), unsafe flipgate_curl_only_http(handle),
      unsafe flipgate_curl_verify(handle), unsafe flipgate_curl_set_long(handle, CURLOPT_NOSIGNAL, 1),
      unsafe flipgate_curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0),
      unsafe flipgate_curl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
      unsafe flipgate_curl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1),
      unsafe flipgate_curl_set_long(handle, CURLOPT_BUFFERSIZE, 1 << 18),
      unsafe flipgate_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(client.connectTimeout)),
      unsafe flipgate_curl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, 1024),
      unsafe flipgate_curl_set_long(handle, CURLOPT_LOW_SPEED_TIME, max(1, Int(client.stallTimeout.rounded(.up)))),
      unsafe flipgate_curl_set_text(handle, CURLOPT_USERAGENT, client.userAgent),
      unsafe flipgate_curl_set_list(handle, CURLOPT_HTTPHEADER, headers), unsafe flipgate_curl_set_error_buffer(handle, reason),
      unsafe flipgate_curl_on_body(handle, receiveBody, context), unsafe flipgate_curl_on_header(handle, receiveHeader, context),
      unsafe flipgate_curl_on_tick(handle, tick, context), unsafe flipgate_curl_on_connect(handle, openSocket, context),
    ]
    if let timeout = request.timeout { codes.append(unsafe flipgate_curl_set_long(handle, CURLOPT_TIMEOUT_MS, Self.milliseconds(timeout))) }
    if let certificates = client.certificates {
      codes.append(unsafe flipgate_curl_set_text(handle, CURLOPT_CAINFO, certificates))
      // The system's folder of authorities would stay beside the file.
      codes.append(unsafe flipgate_curl_set_text(handle, CURLOPT_CAPATH, nil))
    }
    if let identity = client.identity {
      codes.append(unsafe flipgate_curl_set_text(handle, CURLOPT_SSLCERT, identity.certificate))
      codes.append(unsafe flipgate_curl_set_text(handle, CURLOPT_SSLKEY, identity.key))
      // Without any, a key that wants a password would ask for it on the terminal.
      codes.append(unsafe flipgate_curl_set_text(handle, CURLOPT_KEYPASSWD, identity.password ?? ""))
    }
    if let proxy = client.proxy { codes.append(unsafe flipgate_curl_set_text(handle, CURLOPT_PROXY, proxy)) }
    // Plain http is permitted to this machine alone: a proxy would carry it away.
    if request.address.isLoopback { codes.append(unsafe flipgate_curl_set_text(handle, CURLOPT_PROXY, "")) }
    switch request.method {
    case .get: codes.append(unsafe flipgate_curl_set_long(handle, CURLOPT_HTTPGET, 1))
    case .head: codes.append(unsafe flipgate_curl_set_long(handle, CURLOPT_NOBODY, 1))
    case .post, .put:
      codes.append(unsafe flipgate_curl_set_long(handle, CURLOPT_POST, 1))
      codes.append(
        unsafe request.body.withUnsafeBytes { unsafe flipgate_curl_set_body(handle, $0.baseAddress, Int64($0.count)) })
      codes.append(unsafe flipgate_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue))
    }
    return codes.allSatisfy { $0 == CURLE_OK }
  }

  /// `Name: value`; libcurl's own form `Name;` where the value is empty. No waiting for `100 Continue`.
  private var headerLines: [String] {
    request.headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
      + (request.headers["Expect"] == nil ? ["Expect:"] : [])
  }

  /// `host:port:address`, an IPv6 address in brackets.
  private var addressLines: [String] {
    client.addresses.sorted { $0.key < $1.key }.map { "\($0.key):" + ($0.value.bytes.count == 4 ? "\($0.value)" : "[\($0.value)]") }
  }

  private static func milliseconds(_ seconds: Double) -> Int { Int(max(1, min(seconds, 1e6) * 1000)) }

  // MARK: what the callbacks do

  fileprivate var shouldStop: Bool { failure != nil || isCancelled() }

  /// A line of the head; false ends the transfer. Interim answers (1xx) are followed by another head, which replaces them.
  fileprivate func header(_ line: [UInt8]) -> Bool {
    headBytes += line.count
    guard headBytes <= Self.headLimit else { return fail(.malformed(origin, reason: "its head is larger than \(Self.headLimit) bytes")) }
    if bodyHasBegun { return true }
    let text = String(decoding: line, as: UTF8.self).trimmingLineEnd
    if text.hasPrefix("HTTP/") {
      let parts = text.split(separator: " ", maxSplits: 2)
      guard parts.count >= 2, let code = Int(parts[1]), (100...999).contains(code) else {
        return fail(.malformed(origin, reason: "its first line has no status"))
      }
      status = code
      headers = HTTPHeaders()
    } else if let colon = text.firstIndex(of: ":") {
      headers.append(String(text[..<colon]), String(text[text.index(after: colon)...]).trimmingSpaces)
    }
    return true
  }

  /// A piece of the body; false ends the transfer.
  fileprivate func piece(_ bytes: [UInt8]) -> Bool {
    do throws(TransferError) { try beginBody() } catch { return fail(error) }
    if let receiver, head.isSuccess {
      do { try receiver.receive(bytes) } catch { return fail(.receiver(origin, error)) }
      return true
    }
    let room = max(0, request.bodyLimit - body.count)
    body += bytes.prefix(room)
    guard bytes.count > room else { return true }
    if head.isSuccess { return fail(.tooLarge(origin, limit: request.bodyLimit)) }
    isCut = true
    return false
  }

  /// Tells the receiver of the head, once.
  private func beginBody() throws(TransferError) {
    if bodyHasBegun { return }
    bodyHasBegun = true
    guard let receiver, head.isSuccess else { return }
    do { try receiver.begin(head, redirections) } catch { throw .receiver(origin, error) }
  }

  /// Whether an address may be connected to: one that the request permits, and this machine's for plain http.
  fileprivate func permits(_ address: NetworkAddress) -> Bool {
    if request.permits(address) && (request.address.scheme == .https || address.isLoopback) { return true }
    refused = address
    return false
  }

  private func fail(_ error: TransferError) -> Bool {
    failure = failure ?? error
    return false
  }

  /// libcurl's code as an error of ours.
  private func error(_ code: CURLcode, reason: String, handle: UnsafeMutableRawPointer) -> TransferError {
    let general = unsafe curl_easy_strerror(code).map { unsafe String(cString: $0) } ?? "error \(code.rawValue)"
    if isCancelled() { return .cancelled }
    if let refused, code == CURLE_COULDNT_CONNECT { return .addressRefused(origin, refused) }
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .connection(origin, reason: general, isTransient: true)
    case CURLE_COULDNT_CONNECT: return .connection(origin, reason: reason.isEmpty ? general : reason, isTransient: true)
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_SSL_CONNECT_ERROR:
      return status == 0 ? .connection(origin, reason: reason.isEmpty ? general : reason, isTransient: true) : .truncated(origin)
    case CURLE_PARTIAL_FILE: return .truncated(origin)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM:
      return .notTrusted(origin, reason: reason.isEmpty ? general : reason)
    case CURLE_OPERATION_TIMEDOUT:
      // One code for three limits: the time of the whole, of connecting, and of too few bytes.
      if reason.contains("Operation too slow") { return .stalled(origin, seconds: client.stallTimeout) }
      return .timeout(origin, seconds: status == 0 ? min(client.connectTimeout, request.timeout ?? .infinity) : request.timeout ?? 0)
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
      return .malformed(origin, reason: general)
    default: return .connection(origin, reason: general, isTransient: false)
    }
  }
}

extension String {
  fileprivate var trimmingLineEnd: String { String(prefix { $0 != "\r\n" && $0 != "\n" && $0 != "\r" }) }
}

// libcurl's callbacks: C functions that find their transfer in the context.

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
  unsafe context.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private func copy(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int) -> [UInt8] {
  let (total, overflow) = size.multipliedReportingOverflow(by: count)
  guard !overflow, total > 0 else { return [] }
  return unsafe bytes.map { unsafe [UInt8](UnsafeRawBufferPointer(start: $0, count: total)) } ?? []
}

private func receiveBody(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
  let piece = unsafe copy(bytes, size, count)
  guard let transfer = unsafe transfer(context), transfer.piece(piece) else { return piece.isEmpty ? 1 : 0 }
  return piece.count
}

private func receiveHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
  let line = unsafe copy(bytes, size, count)
  guard let transfer = unsafe transfer(context), transfer.header(line) else { return line.isEmpty ? 1 : 0 }
  return line.count
}

private func tick(_ context: UnsafeMutableRawPointer?, _: curl_off_t, _: curl_off_t, _: curl_off_t, _: curl_off_t) -> Int32 {
  unsafe transfer(context)?.shouldStop == false ? 0 : 1
}

private func openSocket(_ context: UnsafeMutableRawPointer?, _: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
  guard let address = unsafe address, let transfer = unsafe transfer(context) else { return -1 }
  var bytes = [UInt8](repeating: 0, count: 16)
  let count = unsafe bytes.withUnsafeMutableBufferPointer { unsafe flipgate_curl_address(address, $0.baseAddress) }
  guard let found = NetworkAddress(bytes: Array(bytes.prefix(Int(count)))), transfer.permits(found) else { return -1 }
  return unsafe flipgate_curl_open_socket(address)
}
