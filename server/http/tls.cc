#include "server/http/tls.h"

#include <boost/asio/ssl/context.hpp>

namespace lodestone::http {
namespace {

namespace ssl = boost::asio::ssl;

Failure<ServerError> cannot_use(const std::string& what, const std::string& file,
                                const boost::system::error_code& error, const std::string& remedy) {
  return failure(
      ServerError{"cannot use the TLS " + what + " in " + file + ": " + error.message() + ". " + remedy});
}

/// Clients that would rather speak HTTP/2 learn here that this server does not.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  static constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  // OpenSSL's signature predates const; it does not write to what it returns.
  const int result = SSL_select_next_proto(const_cast<unsigned char**>(chosen), chosen_size, kHttp11,
                                           sizeof kHttp11, offered, offered_size);
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<ssl::context> context) : context_(std::move(context)) {}
TlsContext::~TlsContext() = default;

Result<std::unique_ptr<TlsContext>, ServerError> TlsContext::load(const std::string& certificate_file,
                                                                  const std::string& key_file) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  boost::system::error_code error;
  context->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1,
                       error);
  context->use_certificate_chain_file(certificate_file, error);
  if (error) {
    return cannot_use("certificate", certificate_file, error,
                      "--tls-cert takes a readable PEM file of certificates.");
  }
  context->use_private_key_file(key_file, ssl::context::pem, error);
  if (error) {
    return cannot_use(
        "key", key_file, error,
        "--tls-key takes a readable PEM file with the private key that belongs to the certificate, not "
        "encrypted.");
  }
  SSL_CTX_set_alpn_select_cb(context->native_handle(), choose_protocol, nullptr);
  return std::unique_ptr<TlsContext>(new TlsContext(std::move(context)));
}

}  // namespace lodestone::http
