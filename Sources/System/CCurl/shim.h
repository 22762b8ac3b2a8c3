// libcurl: one transfer at a time, with typed wrappers for the variadic calls that Swift can't import.
#pragma once
#define CURL_DISABLE_TYPECHECK
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/// Starts the library, once a process; whether it did.
static inline int flipgate_curl_start(void) { return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK; }

static inline CURLcode flipgate_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode flipgate_curl_set_size(CURL *handle, CURLoption option, long long value) {
  return curl_easy_setopt(handle, option, (curl_off_t)value);
}

/// The library keeps a copy of the text.
static inline CURLcode flipgate_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

/// The list must stay until the transfer is done.
static inline CURLcode flipgate_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *list) {
  return curl_easy_setopt(handle, option, list);
}

/// A buffer of at least `CURL_ERROR_SIZE` bytes, which must stay until the transfer is done.
static inline CURLcode flipgate_curl_set_error_buffer(CURL *handle, char *buffer) {
  return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, buffer);
}

/// The library copies the bytes. Without any it must still not ask its caller for some, which it reads from standard input.
static inline CURLcode flipgate_curl_set_body(CURL *handle, const void *bytes, long long size) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
  return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, size > 0 ? bytes : "");
}

typedef size_t (*flipgate_curl_data)(char *bytes, size_t size, size_t count, void *context);
typedef int (*flipgate_curl_tick)(void *context, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

/// Called with each piece of the body.
static inline CURLcode flipgate_curl_on_body(CURL *handle, flipgate_curl_data call, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, call);
  return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}

/// Called with each line of the head.
static inline CURLcode flipgate_curl_on_header(CURL *handle, flipgate_curl_data call, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, call);
  return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
}

/// Called at least once a second; anything but 0 ends the transfer.
static inline CURLcode flipgate_curl_on_tick(CURL *handle, flipgate_curl_tick call, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, call);
  if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
  return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

/// Called with the address that is about to be connected to; `CURL_SOCKET_BAD` refuses it.
static inline CURLcode flipgate_curl_on_connect(CURL *handle, curl_opensocket_callback call, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, call);
  return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, context);
}

/// Opens the socket that the library asked for.
static inline curl_socket_t flipgate_curl_open_socket(struct curl_sockaddr *address) {
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// The bytes of an IP address: 4, 16, or none where it is of another family.
static inline int flipgate_curl_address(const struct curl_sockaddr *address, unsigned char bytes[16]) {
  if (address->family == AF_INET) {
    struct sockaddr_in four;
    memcpy(&four, &address->addr, sizeof four);
    memcpy(bytes, &four.sin_addr, 4);
    return 4;
  }
  if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
    struct sockaddr_in6 six;
    memcpy(&six, &address->addr, sizeof six);
    memcpy(bytes, &six.sin6_addr, 16);
    return 16;
  }
  return 0;
}

/// HTTP and HTTPS, nothing else that the library can do.
static inline CURLcode flipgate_curl_only_http(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/// TLS 1.2 or later, certificates and names verified.
static inline CURLcode flipgate_curl_verify(CURL *handle) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
}

static inline long flipgate_curl_get_long(CURL *handle, CURLINFO info) {
  long value = 0;
  curl_easy_getinfo(handle, info, &value);
  return value;
}
