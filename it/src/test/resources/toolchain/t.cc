#include <iostream>
#include <map>
#include <string>
struct Base { virtual ~Base() = default; virtual int area() const = 0; };
struct Square : Base { int side; explicit Square(int s) : side(s) {} int area() const override { return side * side; } };
int main() { std::map<std::string, int> m; Square s(4); m["x"] = s.area(); try { throw std::string("thrown"); } catch (std::string &t) { std::cout << t << m["x"] << std::endl; } }
