package fcvm.container.image;

import fcvm.linux.Arch;
import fcvm.provision.ProvisionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/// An image of the store under one of its names: a JSON file of this each.
///
/// @param name as [ImageReference.Named] writes it; empty if it has none
/// @param arch what it runs on
/// @param digest what the name stood for in its registry: a manifest or a list of some
/// @param manifest the image's own manifest
/// @param image its id, the digest of its configuration
/// @param size bytes of its layers as they are kept
/// @param created when somebody made it
/// @param pulled when it came here
public record StoredImage(
    String name,
    Arch arch,
    Digest digest,
    Digest manifest,
    Digest image,
    long size,
    Instant created,
    Instant pulled) {
  private static final int KEY_LENGTH = 24;

  /// The file's name in the directory of names.
  String fileName() {
    return key(name.isEmpty() ? image.toString() : name) + "-" + arch + ".json";
  }

  /// A name for files that stands for a text.
  static String key(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, KEY_LENGTH);
  }

  /// What a person may call it by.
  public String title() {
    return name.isEmpty() ? image.hex() : name;
  }

  byte[] json() throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("arch", arch.debianName());
    json.put("digest", digest.toString());
    json.put("manifest", manifest.toString());
    json.put("image", image.toString());
    json.put("size", size);
    json.put("created", created.toString());
    json.put("pulled", pulled.toString());
    return JSON.std.asBytes(json);
  }

  static StoredImage parse(byte[] bytes) throws ProvisionException {
    JsonObject json = JsonObject.parse("the record of an image", bytes);
    try {
      return new StoredImage(
          json.text("name"),
          Arch.of(json.text("arch")),
          Digest.parse(json.text("digest")),
          Digest.parse(json.text("manifest")),
          Digest.parse(json.text("image")),
          json.number("size"),
          Instant.parse(json.text("created")),
          Instant.parse(json.text("pulled")));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new ProvisionException("the record of an image is damaged: " + e.getMessage(), e);
    }
  }
}
