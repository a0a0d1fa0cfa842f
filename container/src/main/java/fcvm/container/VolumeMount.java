package fcvm.container;

import fcvm.agent.protocol.SharedDirectory;
import fcvm.vmm.DeviceSpec;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// A volume on its way into the container: a device of the VM, a mount of the guest's system, and a
/// bind mount by Podman.
///
/// @param number tells the VM's volumes apart
record VolumeMount(int number, Volume volume) {
  private static final String DIRECTORY = "/run/fcvm/volumes/";

  static List<VolumeMount> all(List<Volume> volumes) {
    List<VolumeMount> all = new ArrayList<>();
    for (Volume volume : volumes) {
      all.add(new VolumeMount(all.size(), volume));
    }
    return all;
  }

  private String tag() {
    return "volume" + number;
  }

  private String directory() {
    return DIRECTORY + number;
  }

  DeviceSpec.FileSystem device() {
    return new DeviceSpec.FileSystem(tag(), volume.host(), volume.options());
  }

  SharedDirectory shared() {
    return new SharedDirectory(tag(), directory(), volume.isReadOnly());
  }

  /// The value of `podman run --volume`. A file is the only entry of its device's directory.
  String podmanVolume() {
    boolean isFile = Files.isRegularFile(volume.host());
    String source = isFile ? directory() + "/" + volume.host().getFileName() : directory();
    return source + ":" + volume.container() + (volume.isReadOnly() ? ":ro" : ":rw");
  }
}
