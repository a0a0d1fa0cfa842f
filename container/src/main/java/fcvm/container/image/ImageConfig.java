package fcvm.container.image;

import fcvm.linux.Arch;
import fcvm.provision.ProvisionException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An image's configuration, as far as its files are concerned.
final class ImageConfig {
  private final byte[] bytes;
  private final String architecture;
  private final Instant created;
  private final List<Digest> layers;

  private ImageConfig(byte[] bytes, String architecture, Instant created, List<Digest> layers) {
    this.bytes = bytes.clone();
    this.architecture = architecture;
    this.created = created;
    this.layers = layers;
  }

  /// As the registry has it.
  byte[] bytes() {
    return bytes.clone();
  }

  /// As Go names it.
  String architecture() {
    return architecture;
  }

  /// When; 1970 if it does not say.
  Instant created() {
    return created;
  }

  /// Digests of the layers' tars without compression, the lowest first.
  List<Digest> layers() {
    return layers;
  }

  static ImageConfig parse(byte[] bytes) throws ProvisionException {
    JsonObject json = JsonObject.parse("the image's configuration", bytes);
    Optional<JsonObject> files = json.object("rootfs");
    List<Digest> layers = new ArrayList<>();
    if (files.isPresent()) {
      for (String layer : files.get().texts("diff_ids")) {
        layers.add(Digest.parse(layer));
      }
    }
    return new ImageConfig(bytes, json.text("architecture"), time(json.text("created")), layers);
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  /// @throws ProvisionException if the image is not for an architecture
  void checkRunsOn(Arch arch) throws ProvisionException {
    if (!architecture.isEmpty() && !architecture.equals(arch.debianName())) {
      throw new ProvisionException(
          "the image is for " + Printable.quoted(architecture) + ", and the VM is for " + arch);
    }
  }
}
