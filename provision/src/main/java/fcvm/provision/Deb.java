package fcvm.provision;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// A Debian package's file, unpacked by dpkg-deb. Maintainer scripts are not looked at.
record Deb(Path file) {
  /// The package's name.
  String name() {
    String fileName = file.getFileName().toString();
    return fileName.substring(0, fileName.indexOf('_'));
  }

  /// Name and version, such as `podman_5.4.2+ds1-2`.
  String nameAndVersion() {
    String fileName = file.getFileName().toString();
    return fileName.substring(0, fileName.lastIndexOf('_')).replace("%3a", ":");
  }

  /// Reads the package's files as a tar.
  void read(Command.Pump<InputStream> reader) throws IOException {
    new Command("dpkg-deb", "--fsys-tarfile", file.toString())
        .read(in -> {
          reader.accept(in);
          in.transferTo(java.io.OutputStream.nullOutputStream());
        });
  }

  /// Unpacks the package's files into a directory.
  void unpack(Path directory) throws IOException {
    new Command("dpkg-deb", "--extract", file.toString(), directory.toString()).run(line -> {});
  }
}
