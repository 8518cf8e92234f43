package org.anyarch.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// Whom TLS trusts and what it shows, host by host: Java's authorities, the system's, and by
/// containers-certs.d(5) those in `*.crt` of a folder `certs.d/HOST[:PORT]`, where `NAME.cert` with
/// `NAME.key` is what the user shows.
final class Certificates {
  /// Where systems keep the authorities that they trust, all in one file: Debian, Alpine and Arch;
  /// Fedora; openSUSE.
  private static final List<String> BUNDLES =
      List.of(
          "etc/ssl/certs/ca-certificates.crt",
          "etc/pki/tls/certs/ca-bundle.crt",
          "etc/ssl/ca-bundle.pem");

  /// A host's own certificates.
  ///
  /// @param path null for hosts that have none
  record Folder(@Nullable Path path) {}

  private final RegistrySettings settings;
  private @Nullable List<Certificate> trusted;

  Certificates(RegistrySettings settings) {
    this.settings = settings;
  }

  /// The first that there is of the user's, containers' and docker's.
  Folder folder(String host) {
    if (host.indexOf('/') >= 0 || host.startsWith(".")) {
      return new Folder(null);
    }
    List<Path> roots = new ArrayList<>();
    settings.config("containers/certs.d").ifPresent(roots::add);
    roots.add(settings.system("etc/containers/certs.d"));
    roots.add(settings.system("etc/docker/certs.d"));
    return new Folder(
        roots.stream()
            .map(root -> root.resolve(host))
            .filter(Files::isDirectory)
            .findFirst()
            .orElse(null));
  }

  /// @param verified whether only what these certificates vouch for is trusted
  /// @throws RegistryException if a file of certificates cannot be used
  SSLContext context(Folder folder, boolean verified) throws RegistryException {
    Path path = folder.path();
    try {
      KeyStore own = empty();
      if (path != null) {
        addClientCertificates(own, path);
      }
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          keys.getKeyManagers(),
          verified ? authorities(path) : new TrustManager[] {new Anybody()},
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new RegistryException(
          RegistryException.Reason.SETTINGS,
          "TLS cannot be set up"
              + (path == null ? "" : " with the certificates in " + path)
              + ": "
              + e.getMessage()
              + ".",
          e);
    }
  }

  private TrustManager[] authorities(@Nullable Path folder)
      throws GeneralSecurityException, RegistryException {
    KeyStore store = empty();
    List<Certificate> all = new ArrayList<>(trusted());
    if (folder != null) {
      for (Path file : SettingsFile.in(folder, ".crt")) {
        all.addAll(certificates(file));
      }
    }
    for (int i = 0; i < all.size(); i++) {
      store.setCertificateEntry(String.valueOf(i), all.get(i));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /// Java's own are often older, or lack what an administrator added; the system's may be missing.
  private synchronized List<Certificate> trusted()
      throws GeneralSecurityException, RegistryException {
    List<Certificate> known = trusted;
    if (known == null) {
      known = new ArrayList<>();
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          known.addAll(List.of(x509.getAcceptedIssuers()));
        }
      }
      Optional<Path> bundle =
          settings
              .folder("SSL_CERT_FILE")
              .or(() -> BUNDLES.stream().map(settings::system).filter(Files::exists).findFirst());
      if (bundle.isPresent()) {
        known.addAll(certificates(bundle.get()));
      }
      trusted = known;
    }
    return known;
  }

  private static void addClientCertificates(KeyStore store, Path folder)
      throws GeneralSecurityException, RegistryException {
    for (Path file : SettingsFile.in(folder, ".cert")) {
      String path = file.toString();
      Path keyFile = Path.of(path.substring(0, path.length() - ".cert".length()) + ".key");
      Optional<byte[]> key = SettingsFile.read(keyFile);
      if (key.isEmpty()) {
        throw unusable(file, "has no key " + keyFile.getFileName() + " beside it", null);
      }
      List<Certificate> chain = List.copyOf(certificates(file));
      if (chain.isEmpty()) {
        throw unusable(file, "holds no certificate", null);
      }
      PrivateKey secret;
      try {
        secret =
            PemKey.read(
                new String(key.get(), StandardCharsets.US_ASCII),
                chain.getFirst().getPublicKey().getAlgorithm());
      } catch (GeneralSecurityException e) {
        throw unusable(keyFile, "holds no key that can be read: " + e.getMessage(), e);
      }
      store.setKeyEntry(path, secret, new char[0], chain.toArray(Certificate[]::new));
    }
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws RegistryException {
    byte[] content = SettingsFile.read(file).orElse(new byte[0]);
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(content));
    } catch (CertificateException e) {
      throw unusable(file, "holds what is no certificate in PEM: " + e.getMessage(), e);
    }
  }

  private static RegistryException unusable(Path file, String why, @Nullable Throwable cause) {
    return new RegistryException(RegistryException.Reason.SETTINGS, file + " " + why + ".", cause);
  }

  private static KeyStore empty() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new IllegalStateException("nothing is read", e);
    }
    return store;
  }

  /// For registries that the user calls insecure. The extended type also keeps Java from comparing
  /// the host's name.
  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
