/// Images: fetched once with skopeo into a store on the host, and shown to guests, read-only, as a
/// store that Podman uses beside its own.
///
/// [ImageStore] is the door. [ImageReference] is what people call an image; [Skopeo] fetches it;
/// [ImageDisk] makes a guest's disk of it, with [LayerReader] and [StoreTar] for the layers.
@org.jspecify.annotations.NullMarked
package fcvm.container.image;
