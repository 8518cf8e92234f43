package org.anyarch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PemKeyTest {
  /// What PKCS#8 has before the key of PKCS#1, for RSA with 2048 bits.
  private static final int HEADER = 26;

  private static String pem(String kind, byte[] der) {
    return "some words\n-----BEGIN "
        + kind
        + "PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END "
        + kind
        + "PRIVATE KEY-----\n";
  }

  private static PrivateKey key(String algorithm) throws GeneralSecurityException {
    return KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void keysAreReadAsOpensslWritesThem(String algorithm) throws GeneralSecurityException {
    PrivateKey key = key(algorithm);

    assertThat(PemKey.read(pem("", key.getEncoded()), algorithm)).isEqualTo(key);
  }

  @Test
  void olderKeysOfRsaAreRead() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    PrivateKey key = generator.generateKeyPair().getPrivate();
    byte[] der = key.getEncoded();

    assertThat(PemKey.read(pem("RSA ", Arrays.copyOfRange(der, HEADER, der.length)), "RSA"))
        .isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC ", "ENCRYPTED "})
  void othersHaveToBeConverted(String kind) {
    assertThatThrownBy(() -> PemKey.read(pem(kind, new byte[100]), "EC"))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("openssl pkcs8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"
      })
  void whatIsNoKeyIsRefused(String pem) {
    assertThatThrownBy(() -> PemKey.read(pem, "RSA")).isInstanceOf(GeneralSecurityException.class);
  }
}
