package fcvm.container.image;

import fcvm.provision.Command;
import fcvm.provision.ProvisionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// The Podman of this computer, whose images are called `localhost/…` as ours are.
///
/// @param program where it is
record HostPodman(Path program) {
  static Optional<HostPodman> find(String path) {
    return Stream.of(path.split(":", -1))
        .filter(directory -> directory.startsWith("/"))
        .map(directory -> Path.of(directory, "podman"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(HostPodman::new);
  }

  /// Saves one of its images as a file.
  ///
  /// @return what the file is
  /// @throws ProvisionException if it has no such image
  ImageReference.Archived save(ImageReference.Named name, Path directory) throws IOException {
    // Each image in its own format: the other would be another image, without its health check.
    String format =
        run("image", "inspect", "--format", "{{.ManifestType}}", name.toString()).contains("docker")
            ? "docker-archive"
            : "oci-archive";
    Path file = directory.resolve("podman.tar");
    run("save", "--quiet", "--format", format, "--output", file.toString(), name.toString());
    return new ImageReference.Archived(format, file, "");
  }

  private String run(String... arguments) throws IOException {
    try {
      return new Command(
              Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList())
          .output();
    } catch (ProvisionException e) {
      throw new ProvisionException(
          "cannot take it from Podman: "
              + String.valueOf(e.getMessage()).lines().toList().getLast(),
          e);
    }
  }

  /// What to say where there is none.
  static ProvisionException missing(ImageReference.Named name) {
    return new ProvisionException(
        "there is no image %s: names of localhost are looked for in fcvm's store and in this computer's Podman, which is not installed; fcvm load puts an archive's image into the store"
            .formatted(name));
  }
}
