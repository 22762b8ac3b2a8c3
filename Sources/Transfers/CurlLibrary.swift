// libcurl's own state: started once a process, on first use.

internal import CCurl

enum CurlLibrary {
  /// Whether the library has started.
  static let isReady = flipgate_curl_start() != 0
}
