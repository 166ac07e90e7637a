// A value on the heap that its owner holds like a member: copying copies it, and a type may contain a Box of itself.
//
//   struct Tree { std::vector<Box<Tree>> children; };
#pragma once

#include <memory>
#include <utility>

namespace nphys {

template <class T>
class Box {
public:
    Box(T value) : value_(std::make_unique<T>(std::move(value))) {} // NOLINT(google-explicit-constructor)
    Box(const Box& other) : value_(std::make_unique<T>(*other)) {}
    Box(Box&& other) noexcept = default;
    Box& operator=(Box other) noexcept {
        value_ = std::move(other.value_);
        return *this;
    }
    ~Box() = default;

    T& operator*() { return *value_; }
    const T& operator*() const { return *value_; }
    T* operator->() { return value_.get(); }
    const T* operator->() const { return value_.get(); }

private:
    std::unique_ptr<T> value_;
};

} // namespace nphys
