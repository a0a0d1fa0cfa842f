package fcvm.container;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// What a VM that has exited is started again with, in a file of its own. The container, with its
/// environment and command, is on the VM's disk: here are only the options of the VM.
///
/// @param directory where relative paths begin
/// @param guestFiles what it boots, as [GuestFiles#line] has it
/// @param arguments of `podman run`, raw
public record Recipe(String directory, String guestFiles, List<String> arguments) {
  private static final int HEAD = 2;

  public Recipe {
    arguments = List.copyOf(arguments);
  }

  /// Reads one.
  ///
  /// @throws IOException if it is not there, or is something else
  public static Recipe read(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    List<String> entries = new ArrayList<>(List.of(text.split("\0", -1)));
    entries.removeLast();
    if (entries.size() < HEAD) {
      throw new IOException(file + " does not say how the VM is started");
    }
    return new Recipe(entries.get(0), entries.get(1), entries.subList(HEAD, entries.size()));
  }

  void write(Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<String> entries = new ArrayList<>(List.of(directory, guestFiles));
    entries.addAll(arguments);
    for (String entry : entries) {
      bytes.writeBytes(entry.getBytes(StandardCharsets.ISO_8859_1));
      bytes.write(0);
    }
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, bytes.toByteArray());
  }
}
