package org.anyarch.registry;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Private keys in PEM, as openssl(1) writes them without a password: PKCS#8, and PKCS#1 of older
/// versions.
final class PemKey {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ((?:RSA |EC |ENCRYPTED )?)PRIVATE KEY-----([A-Za-z0-9+/=\\s]++)-----END");

  /// Version 0 and the algorithm rsaEncryption, which PKCS#8 has before the key of PKCS#1.
  private static final byte[] RSA = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

  private PemKey() {}

  /// @param algorithm of the certificate's public key
  /// @throws GeneralSecurityException that says what is wrong
  static PrivateKey read(String pem, String algorithm) throws GeneralSecurityException {
    Matcher block = BLOCK.matcher(pem);
    if (!block.find()) {
      throw new InvalidKeySpecException("there is no block PRIVATE KEY in it");
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(block.group(2));
    } catch (IllegalArgumentException e) {
      throw new InvalidKeySpecException("it is no base64", e);
    }
    byte[] pkcs8 =
        switch (block.group(1)) {
          case "" -> der;
          case "RSA " -> sequence(0x30, concat(RSA, sequence(0x04, der)));
          default ->
              throw new InvalidKeySpecException(
                  "it has to be converted first: openssl pkcs8 -topk8 -nodes");
        };
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  /// A value of DER with its tag and length.
  private static byte[] sequence(int tag, byte[] content) {
    ByteArrayOutputStream der = new ByteArrayOutputStream();
    der.write(tag);
    // Two bytes of length: keys of RSA have between 256 bytes and 64 KiB.
    der.write(0x82);
    der.write(content.length >> 8);
    der.write(content.length);
    der.writeBytes(content);
    return der.toByteArray();
  }

  private static byte[] concat(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }
}
