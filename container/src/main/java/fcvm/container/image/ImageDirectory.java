package fcvm.container.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An image of the store as a directory of its own, skopeo's `dir:`, which keeps each byte.
///
/// @param image which
record ImageDirectory(StoreFiles files, StoredImage image) {
  private static final String VERSION = "Directory Transport Version: 1.1\n";

  /// Makes it, with the store's own files in it.
  ///
  /// @return what skopeo calls it
  String link(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("version"), VERSION);
    byte[] bytes = Files.readAllBytes(files.blob(image.manifest()));
    Files.write(directory.resolve("manifest.json"), bytes);
    Manifest manifest = Manifest.parse(bytes);
    List<Digest> blobs = new ArrayList<>(List.of(manifest.config()));
    manifest.layers().forEach(layer -> blobs.add(layer.digest()));
    for (Digest blob : blobs) {
      Path link = directory.resolve(blob.hex());
      if (Files.notExists(link)) {
        Files.createLink(link, files.blob(blob));
      }
    }
    return "dir:" + directory;
  }
}
