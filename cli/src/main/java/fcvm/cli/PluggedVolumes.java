package fcvm.cli;

import fcvm.container.Volume;
import fcvm.machine.Machine;
import fcvm.machine.PluggedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Volumes of this computer in the emulated machine, until closed: their directories are plugged
/// into it. Of a file the machine gets the directory, of which its microVM gets the file.
final class PluggedVolumes implements AutoCloseable {
  private final List<Volume> volumes;
  private final List<PluggedDirectory> plugged = new ArrayList<>();

  PluggedVolumes(List<Volume> volumes) {
    this.volumes = volumes;
  }

  void plug(Machine machine) throws IOException {
    for (Volume volume : volumes) {
      plugged.add(machine.plug(directory(volume.host()), volume.isReadOnly()));
    }
  }

  private static Path directory(Path host) {
    return Files.isDirectory(host) ? host : host.resolveSibling("");
  }

  /// The values of `--volume` for the same volumes in the machine, once they are plugged in.
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < volumes.size(); i++) {
      Volume volume = volumes.get(i);
      Path there = plugged.get(i).path();
      Path path =
          Files.isDirectory(volume.host()) ? there : there.resolve(volume.host().getFileName());
      arguments.add(volume.textAt(path.toString()));
    }
    return arguments;
  }

  @Override
  public void close() throws IOException {
    IOException trouble = null;
    for (PluggedDirectory directory : plugged) {
      try {
        directory.close();
      } catch (IOException e) {
        trouble = e; // the others are closed all the same
      }
    }
    if (trouble != null) {
      throw trouble;
    }
  }
}
