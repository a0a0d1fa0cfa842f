package fcvm.container.image;

import fcvm.container.ContainerException;
import fcvm.provision.ProvisionException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The images that an archive has.
final class ArchiveContent {
  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final String INDEX = "index.json";
  private static final int LARGEST_INDEX = 4 << 20;

  private ArchiveContent() {}

  /// One of them.
  ///
  /// @param source where it is, for it alone
  /// @param name what the archive calls it; empty if it says nothing
  record Item(ImageReference.Archived source, String name) {}

  static List<Item> of(ImageReference.Archived archive, Skopeo skopeo) throws IOException {
    if (!archive.inner().isEmpty()) {
      return List.of(new Item(archive, name(archive.inner())));
    }
    return archive.transport().equals("docker-archive")
        ? ofDocker(archive, skopeo)
        : ofOci(archive);
  }

  private static List<Item> ofDocker(ImageReference.Archived archive, Skopeo skopeo)
      throws IOException {
    List<Item> items = new ArrayList<>();
    for (String tag : skopeo.tags(archive.toString()).texts("Tags")) {
      items.add(new Item(archive.with(tag), name(tag)));
    }
    return items.isEmpty() ? List.of(new Item(archive, "")) : items;
  }

  private static List<Item> ofOci(ImageReference.Archived archive) throws IOException {
    JsonObject index = JsonObject.parse("the index of " + archive, index(archive));
    List<JsonObject> manifests = index.objects("manifests");
    List<Item> items = new ArrayList<>();
    for (JsonObject manifest : manifests) {
      Optional<JsonObject> annotations = manifest.object("annotations");
      String ref = annotations.isPresent() ? annotations.get().text(REF_NAME) : "";
      if (!ref.isEmpty()) {
        items.add(new Item(archive.with(ref), name(ref)));
      } else if (manifests.size() == 1) {
        items.add(new Item(archive, ""));
      }
    }
    if (items.isEmpty()) {
      throw new ProvisionException(archive + " has no image that has a name");
    }
    return items;
  }

  private static byte[] index(ImageReference.Archived archive) throws IOException {
    Path path = archive.path();
    if (archive.transport().equals("oci")) {
      Path file = path.resolve(INDEX);
      if (Files.notExists(file)) {
        throw new ProvisionException(path + " is no OCI image directory: it has no " + INDEX);
      }
      return Files.readAllBytes(file);
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      LayerReader tar = new LayerReader(in);
      for (LayerEntry entry = tar.next(); entry != null; entry = tar.next()) {
        if (entry.path().equals(INDEX) && entry.size() <= LARGEST_INDEX) {
          ByteArrayOutputStream index = new ByteArrayOutputStream();
          tar.content(index);
          return index.toByteArray();
        }
      }
    }
    throw new ProvisionException(path + " is no OCI archive: it has no " + INDEX);
  }

  /// What kind of an archive a file is.
  ///
  /// @throws ProvisionException if it is none
  static String transport(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      return "oci";
    }
    if (Files.notExists(file)) {
      throw new ProvisionException("there is no " + file);
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      LayerReader tar = new LayerReader(in);
      for (LayerEntry entry = tar.next(); entry != null; entry = tar.next()) {
        // Docker's archives of today have both, and say more in their own.
        if (entry.path().equals("manifest.json")) {
          return "docker-archive";
        }
      }
    } catch (ProvisionException | EOFException e) {
      throw new ProvisionException(file + " is no archive of images: " + e.getMessage(), e);
    }
    return "oci-archive";
  }

  /// What an archive calls an image, in full: a bare name is one of this computer's.
  private static String name(String text) {
    try {
      return ImageReference.name(text).candidates().getFirst().toString();
    } catch (ContainerException e) {
      return ""; // it has no name then, but can be had by its id
    }
  }
}
