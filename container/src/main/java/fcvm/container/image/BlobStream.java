package fcvm.container.image;

import fcvm.provision.ProvisionException;
import fcvm.provision.Sha256;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/// Reads layers as they are kept, compressed or not: what they are, their first bytes say.
final class BlobStream {
  private static final int BUFFER = 1 << 16;
  private static final int MAGIC = 4;
  private static final int GZIP = 0x8b1f;
  private static final int ZSTD = 0xfd2fb528;

  private final Zstd zstd;

  BlobStream(Zstd zstd) {
    this.zstd = zstd;
  }

  /// What takes a layer's tar.
  @FunctionalInterface
  interface Reader {
    void read(InputStream tar) throws IOException;
  }

  /// Decompresses Zstandard.
  @FunctionalInterface
  interface Zstd {
    void decompress(Path file, Reader reader) throws IOException;
  }

  /// Reads a layer's tar to its end, and checks that it is the layer that it should be.
  ///
  /// @param expected digest of the tar
  /// @throws ProvisionException if it is another one
  void read(Path file, Digest expected, Reader reader) throws IOException {
    switch (compression(file)) {
      case GZIP -> {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file), BUFFER)) {
          check(in, expected, reader);
        }
      }
      case ZSTD -> zstd.decompress(file, in -> check(in, expected, reader));
      default -> {
        try (InputStream in = Files.newInputStream(file)) {
          check(in, expected, reader);
        }
      }
    }
  }

  private static int compression(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] magic = in.readNBytes(MAGIC);
      int number = 0;
      for (int i = magic.length - 1; i >= 0; i--) {
        number = (number << 8) | (magic[i] & 0xff);
      }
      return (number & 0xffff) == GZIP ? GZIP : number;
    }
  }

  private static void check(InputStream in, Digest expected, Reader reader) throws IOException {
    DigestInputStream digested = new DigestInputStream(in, Sha256.digest());
    InputStream tar = new BufferedInputStream(digested, BUFFER);
    reader.read(tar);
    tar.transferTo(java.io.OutputStream.nullOutputStream()); // the padding after a tar's end
    Digest found = new Digest(HexFormat.of().formatHex(digested.getMessageDigest().digest()));
    if (!found.equals(expected)) {
      throw new ProvisionException("a layer has the digest " + found + ", not " + expected);
    }
  }
}
